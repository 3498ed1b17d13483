//! Changes whom to tell about a party's units.

use crate::draft::{Decide, Draft};
use crate::id::{PartyId, PersonId};
use crate::party::{PartyContactChanged, PartyRefusal};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Another member is told from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePartyContact {
    /// The party.
    pub party: PartyId,
    /// One of its members.
    pub contact: PersonId,
}

impl Decide for ChangePartyContact {
    fn operation(&self) -> &'static str {
        "change_party_contact"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.party.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let party = draft.party(self.party);
        if party.kind().is_none() {
            return Err(PartyRefusal::PartyMustExist.into());
        }
        if !party.has_member(self.contact) {
            return Err(PartyRefusal::ContactMustBeMember.at("/contact"));
        }
        draft.push(self.party, PartyContactChanged { contact: self.contact });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::{Member, PartyFormed, PartyKind};
    use crate::testing::{Story, uuid};

    #[test]
    fn only_a_member_is_told() {
        let change = ChangePartyContact { party: PartyId(uuid(70)), contact: PersonId(uuid(1)) };
        assert_eq!(Story::new().refused(&change), "party_must_exist");
        let member = Member { person: PersonId(uuid(1)), share: None };
        let mut story = Story::new().given(
            change.party,
            PartyFormed { kind: PartyKind::Tenancy, members: vec![member], contact: None, name: None },
        );
        story.accepted(&change);
        assert_eq!(story.draft().party(change.party).contact(), Some(change.contact));
        let stranger = ChangePartyContact { contact: PersonId(uuid(2)), ..change };
        assert_eq!(story.refused(&stranger), "contact_must_be_member");
    }
}
