//! Sets who owns a unit from a day on; the day belongs to the new owner, a debt stays with the obligor of its time.
//!
//! For the first owner, and for a correction before anything was charged: charges of these days follow by a transfer.

use crate::account::{Change, charges_must_stand};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, PartyId, UnitId};
use crate::party::{PartyKind, party_must_be};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::UnitOwnerSet;
use crate::unit::refusal::existing;

/// Another owner from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOwner {
    /// The unit.
    pub unit: UnitId,
    /// First day.
    pub from: CivilDate,
    /// An owner group or the developer.
    pub party: PartyId,
}

impl Decide for SetOwner {
    fn operation(&self) -> &'static str {
        "set_owner"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), self.party.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let before = existing(draft, self.unit)?;
        party_must_be(draft, self.party, &[PartyKind::OwnerGroup, PartyKind::Developer], "/party")?;
        draft.push(self.unit, UnitOwnerSet { from: self.from, party: self.party });
        let change = Change { before, after: draft.unit(self.unit) };
        charges_must_stand(draft, &change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};
    use crate::unit::fixture::{DEVELOPER, OWNER, TENANT, UNIT, registered};

    fn set(from: &str, party: PartyId) -> SetOwner {
        SetOwner { unit: UNIT, from: from.parse().unwrap(), party }
    }

    #[test]
    fn the_day_belongs_to_the_new_owner() {
        let mut story = registered();
        story.accepted(&set("2026-01-01", DEVELOPER));
        story.accepted(&set("2026-03-10", OWNER));
        let state = story.draft().unit(UNIT);
        assert_eq!(state.owner_on("2026-03-09".parse().unwrap()), Some(DEVELOPER));
        assert_eq!(state.owner_on("2026-03-10".parse().unwrap()), Some(OWNER));
    }

    #[test]
    fn only_owners_own() {
        assert_eq!(registered().refused(&set("2026-01-01", TENANT)), "party_must_be_of_kind");
        assert_eq!(registered().refused(&set("2026-01-01", PartyId(uuid(99)))), "party_must_exist");
        assert_eq!(Story::new().refused(&set("2026-01-01", OWNER)), "unit_must_exist");
    }
}
