//! Forms a party: an owner group with shares, a tenancy, or a developer.

use crate::draft::{Decide, Draft};
use crate::id::{PartyId, PersonId};
use crate::ledger::{LedgerKind, must_be};
use crate::party::{Member, PartyFormed, PartyKind, PartyRefusal};
use crate::refusal::Refusal;
use crate::value::Label;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// More members than any title deed names.
const MEMBERS_LIMIT: usize = 50;

/// A party begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormParty {
    /// The new party.
    pub party: PartyId,
    /// What it is.
    pub kind: PartyKind,
    /// Its members: 1–50, with shares in an owner group; none for a developer.
    pub members: Vec<Member>,
    /// Whom to tell: one of the members.
    pub contact: Option<PersonId>,
    /// Name, exactly of a developer.
    pub name: Option<Label>,
}

impl FormParty {
    fn check(&self) -> Result<(), Refusal> {
        let developer = self.kind == PartyKind::Developer;
        if developer != self.name.is_some() {
            return Err(PartyRefusal::DeveloperMustHaveName.at("/name"));
        }
        if developer != self.members.is_empty() || self.members.len() > MEMBERS_LIMIT {
            return Err(PartyRefusal::MembersMustFitKind.at("/members"));
        }
        let persons: BTreeSet<PersonId> = self.members.iter().map(|member| member.person).collect();
        if persons.len() != self.members.len() {
            return Err(PartyRefusal::MemberMustStandOnce.at("/members"));
        }
        let owners = self.kind == PartyKind::OwnerGroup;
        let shares: Vec<Decimal> =
            self.members.iter().filter_map(|member| member.share).map(|share| share.decimal()).collect();
        let expected = if owners { self.members.len() } else { 0 };
        if shares.len() != expected || shares.iter().any(|share| *share <= Decimal::ZERO) {
            return Err(PartyRefusal::SharesMustFitKind.at("/members"));
        }
        // Fifty shares below 10^12 with 8 decimals each stay far inside a decimal.
        if owners && shares.iter().sum::<Decimal>() != Decimal::ONE {
            return Err(PartyRefusal::SharesMustSumToOne.at("/members"));
        }
        if self.contact.is_some_and(|contact| !persons.contains(&contact)) {
            return Err(PartyRefusal::ContactMustBeMember.at("/contact"));
        }
        Ok(())
    }
}

impl Decide for FormParty {
    fn operation(&self) -> &'static str {
        "form_party"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.party(self.party).kind().is_some() {
            return Err(PartyRefusal::PartyMustBeNew.into());
        }
        self.check()?;
        draft.push(
            self.party,
            PartyFormed {
                kind: self.kind,
                members: self.members.clone(),
                contact: self.contact,
                name: self.name.clone(),
            },
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};

    fn form(kind: PartyKind, shares: &[Option<&str>]) -> FormParty {
        let members = shares
            .iter()
            .zip(1_u128..)
            .map(|(share, n)| Member { person: PersonId(uuid(n)), share: share.map(|text| text.parse().unwrap()) })
            .collect();
        let name = (kind == PartyKind::Developer).then(|| "城建开发".parse().unwrap());
        FormParty { party: PartyId(uuid(70)), kind, members, contact: None, name }
    }

    fn refused(command: &FormParty) -> &'static str {
        Story::new().in_ledger(LedgerKind::Community).refused(command)
    }

    #[test]
    fn shares_of_owners_sum_to_one() {
        let thirds = form(PartyKind::OwnerGroup, &[Some("0.33333333"), Some("0.33333333"), Some("0.33333334")]);
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        story.accepted(&FormParty { contact: Some(PersonId(uuid(2))), ..thirds.clone() });
        assert_eq!(story.draft().party(thirds.party).contact(), Some(PersonId(uuid(2))));
        assert_eq!(story.refused(&thirds), "party_must_be_new");
        for wrong in [&[Some("0.5")][..], &[Some("0.5"), Some("0.50000001")], &[Some("1"), Some("1")]] {
            assert_eq!(refused(&form(PartyKind::OwnerGroup, wrong)), "shares_must_sum_to_one");
        }
        for wrong in [&[None][..], &[Some("1"), None], &[Some("1.5"), Some("-0.5")]] {
            assert_eq!(refused(&form(PartyKind::OwnerGroup, wrong)), "shares_must_fit_kind");
        }
    }

    #[test]
    fn a_developer_has_a_name_and_no_members() {
        Story::new().in_ledger(LedgerKind::Community).accepted(&form(PartyKind::Developer, &[]));
        assert_eq!(refused(&FormParty { name: None, ..form(PartyKind::Developer, &[]) }), "developer_must_have_name");
        assert_eq!(refused(&form(PartyKind::Developer, &[None])), "members_must_fit_kind");
    }

    #[test]
    fn a_tenancy_has_members_without_shares() {
        Story::new().in_ledger(LedgerKind::Community).accepted(&form(PartyKind::Tenancy, &[None, None]));
        assert_eq!(refused(&form(PartyKind::Tenancy, &[])), "members_must_fit_kind");
        assert_eq!(refused(&form(PartyKind::Tenancy, &[Some("1")])), "shares_must_fit_kind");
        assert_eq!(refused(&form(PartyKind::Tenancy, &[None; 51])), "members_must_fit_kind");
    }

    #[test]
    fn members_stand_once_and_the_contact_is_one_of_them() {
        let mut twice = form(PartyKind::Tenancy, &[None]);
        twice.members.push(twice.members[0].clone());
        assert_eq!(refused(&twice), "member_must_stand_once");
        let stranger = FormParty { contact: Some(PersonId(uuid(9))), ..form(PartyKind::Tenancy, &[None]) };
        assert_eq!(refused(&stranger), "contact_must_be_member");
    }
}
