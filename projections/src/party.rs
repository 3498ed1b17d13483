//! Parties 责任方 with their members, and persons. Names stay in the vault and join at read.

use crate::column::{Quantity, Text};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, PersonId};
use mingzhang_domain::party::{PartyEvent, PartyKind};
use mingzhang_domain::person::PersonEvent;
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// One party.
    pub struct Party of "party" {
        key {
            /// The party.
            party_id: Uuid,
        }
        /// What it is.
        kind: Text<PartyKind>,
        /// Whom to tell.
        contact_person_id: Option<Uuid>,
        /// Name of a developer.
        name: Option<Text<Label>>,
    }
}

table! {
    /// One person of a party.
    pub struct PartyMember of "party_member" {
        key {
            /// The party.
            party_id: Uuid,
            /// The person, of the company's ledger.
            person_id: Uuid,
        }
        /// Share of ownership.
        share: Option<Quantity>,
    }
}

table! {
    /// One person: where the vault has what is personal.
    pub struct Person of "person" {
        key {
            /// The person.
            person_id: Uuid,
        }
        /// Vault item of the name.
        name_item_id: Uuid,
        /// Vault item of the mobile.
        mobile_item_id: Option<Uuid>,
        /// Vault item of the identity number.
        identity_item_id: Option<Uuid>,
        /// What the vault held is gone.
        erased: bool,
    }
}

/// Folds a fact of a party.
pub(crate) fn fold(fact: &PartyEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        PartyEvent::PartyFormed(formed) => {
            models.party.insert(Party {
                party_id: event.stream.id,
                kind: Text(formed.kind),
                contact_person_id: formed.contact.map(|person| person.uuid()),
                name: formed.name.clone().map(Text),
            });
            for member in &formed.members {
                models.party_member.insert(PartyMember {
                    party_id: event.stream.id,
                    person_id: member.person.uuid(),
                    share: member.share.map(Quantity),
                });
            }
        }
        PartyEvent::PartyContactChanged(changed) => {
            let party = models.party.get_mut(&(event.stream.id,));
            party.ok_or(FoldError("a fact about a party that was never formed"))?.contact_person_id =
                Some(changed.contact.uuid());
        }
    }
    Ok(())
}

/// Folds a fact of a person.
pub(crate) fn fold_person(fact: &PersonEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let key = (event.stream.id,);
    let unknown = FoldError("a fact about a person that was never registered");
    match fact {
        PersonEvent::PersonRegistered(registered) => models.person.insert(Person {
            person_id: event.stream.id,
            name_item_id: registered.name.uuid(),
            mobile_item_id: registered.mobile.map(|item| item.uuid()),
            identity_item_id: registered.identity.map(|item| item.uuid()),
            erased: false,
        }),
        PersonEvent::PersonContactChanged(changed) => {
            models.person.get_mut(&key).ok_or(unknown)?.mobile_item_id = Some(changed.mobile.uuid());
        }
        PersonEvent::PersonErased(_) => models.person.get_mut(&key).ok_or(unknown)?.erased = true,
    }
    Ok(())
}

impl Reader {
    /// Some parties.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn parties(&self, ledger: LedgerId, parties: Vec<Uuid>) -> Result<Read<Vec<Party>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Party, "sql/parties.sql", s.ledger, s.generation, &parties);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// All parties by id; `after` is a party.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn list_parties(&self, ledger: LedgerId, ask: Ask<Uuid>) -> Result<Read<Page<Party>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.unwrap_or_default();
                let rows =
                    sqlx::query_file_as!(Party, "sql/list_parties.sql", s.ledger, s.generation, after, ask.fetch());
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The members of some parties.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn party_members(
        &self,
        ledger: LedgerId,
        parties: Vec<Uuid>,
    ) -> Result<Read<Vec<PartyMember>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(PartyMember, "sql/party_members.sql", s.ledger, s.generation, &parties);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The parties of a person.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn memberships(&self, ledger: LedgerId, person: PersonId) -> Result<Read<Vec<PartyMember>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows =
                    sqlx::query_file_as!(PartyMember, "sql/memberships.sql", s.ledger, s.generation, person.uuid());
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Some persons of a company's ledger.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn persons(&self, ledger: LedgerId, persons: Vec<Uuid>) -> Result<Read<Vec<Person>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Person, "sql/persons.sql", s.ledger, s.generation, &persons);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
