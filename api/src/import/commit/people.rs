//! Owners: a person in the company's ledger, and the parties that stand for the person in the community.

use super::super::community::{Holder, OwnerRow, Tenure};
use super::super::fields;
use super::{Roster, RowKind, RowSteps, Step, entity};
use mingzhang_domain::id::{CommandId, PartyId, PersonId, Purpose, VaultItemId, natural};
use mingzhang_domain::party::{FormParty, Member, PartyKind};
use mingzhang_domain::person::RegisterPerson;
use mingzhang_domain::value::{Code, Exact, Label};
use mingzhang_store::vault::{ItemKind, Personal, Plain};
use rust_decimal::Decimal;
use std::sync::Arc;

/// The developer's party.
pub(super) fn developer(party: PartyId, name: Label) -> FormParty {
    FormParty { party, kind: PartyKind::Developer, members: Vec::new(), contact: None, name: Some(name) }
}

impl Roster<'_> {
    /// The owners; one who rents a parking space is a tenancy too.
    pub fn owners(&self) -> Vec<RowSteps> {
        self.file.owners.iter().map(|owner| self.owner_row(owner)).collect()
    }

    fn owner_row(&self, owner: &OwnerRow) -> RowSteps {
        let person = self.person_step(owner);
        let mut steps = vec![person, self.party_step(owner, PartyKind::OwnerGroup)];
        if self.rents(&owner.number) {
            steps.push(self.party_step(owner, PartyKind::Tenancy));
        }
        RowSteps { kind: RowKind::Owner, row: owner.row, steps }
    }

    /// Keyed, because what makes an owner the same one is personal: number, name, mobile and identity number together. A
    /// row that says anything else is somebody else, so that no owner is ever taken for another.
    fn register_command(&self, owner: &OwnerRow) -> CommandId {
        let said = |personal: &Option<fields::Personal>| {
            personal.as_ref().map(|personal| natural(personal.expose())).unwrap_or_default()
        };
        let (company, community) = (self.place.company.to_string(), self.place.community.to_string());
        let (name, mobile, identity) = (natural(owner.name.expose()), said(&owner.mobile), said(&owner.identity));
        let number = natural(owner.number.as_str());
        let key = [&company, "register_person", "import", &community, &number, &name, &mobile, &identity];
        CommandId(self.key.derive(Purpose::CommandFromNatural, &key))
    }

    /// The person of an owner's row.
    pub fn person(&self, owner: &OwnerRow) -> PersonId {
        entity(self.register_command(owner), "person")
    }

    fn person_step(&self, owner: &OwnerRow) -> Step {
        let command_id = self.register_command(owner);
        let person = self.person(owner);
        let mut personal = Vec::with_capacity(3);
        let mut seal = |kind: ItemKind, word: &str, text: &str| {
            let item_id: VaultItemId = entity(command_id, word);
            personal.push(Plain { item_id, subject_id: person.uuid(), kind, text: Personal::from(text.to_owned()) });
            item_id
        };
        let command = RegisterPerson {
            person,
            name: seal(ItemKind::Name, "name", owner.name.expose()),
            mobile: owner.mobile.as_ref().map(|mobile| seal(ItemKind::Mobile, "mobile", mobile.expose())),
            identity: owner.identity.as_ref().map(|identity| seal(ItemKind::Identity, "identity", identity.expose())),
        };
        Step { ledger: self.place.company, personal, ..self.step(command_id, Arc::new(command)) }
    }

    fn party_command(&self, owner: &OwnerRow, kind: PartyKind) -> CommandId {
        self.command("form_party", &[&self.person(owner).to_string(), kind.as_str()])
    }

    fn party_step(&self, owner: &OwnerRow, kind: PartyKind) -> Step {
        let command_id = self.party_command(owner, kind);
        let person = self.person(owner);
        let share = if kind == PartyKind::OwnerGroup { Exact::new(Decimal::ONE).ok() } else { None };
        let members = vec![Member { person, share }];
        let party = entity(command_id, "party");
        self.step(command_id, Arc::new(FormParty { party, kind, members, contact: Some(person), name: None }))
    }

    /// The party of an owner's number; none when the file has no such good row.
    pub(super) fn party(&self, number: &Code, kind: PartyKind) -> Option<PartyId> {
        self.owners.get(number).map(|owner| entity(self.party_command(owner, kind), "party"))
    }

    fn rents(&self, owner: &Code) -> bool {
        let leased = self.file.parking_spaces.iter().filter(|space| space.tenure == Tenure::Leased);
        leased.map(|space| &space.holder).any(|holder| matches!(holder, Holder::Owner(number) if number == owner))
    }
}
