//! Sets a unit's status from a day on; it decides who owes. Charges of these days follow by a transfer.

use crate::account::{Change, charges_must_stand};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitStatus, UnitStatusSet};

/// Another status from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetStatus {
    /// The unit.
    pub unit: UnitId,
    /// First day.
    pub from: CivilDate,
    /// The status.
    pub status: UnitStatus,
}

impl Decide for SetStatus {
    fn operation(&self) -> &'static str {
        "set_status"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let before = existing(draft, self.unit)?;
        draft.push(self.unit, UnitStatusSet { from: self.from, status: self.status });
        let change = Change { before, after: draft.unit(self.unit) };
        charges_must_stand(draft, &change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};
    use crate::unit::UnitOwnerSet;
    use crate::unit::fixture::{DEVELOPER, OWNER, UNIT, registered};

    fn set(from: &str, status: UnitStatus) -> SetStatus {
        SetStatus { unit: UNIT, from: from.parse().unwrap(), status }
    }

    #[test]
    fn the_developer_owes_until_the_hand_over() {
        let mut story = registered().given(UNIT, UnitOwnerSet { from: "2026-02-01".parse().unwrap(), party: OWNER });
        story.accepted(&set("2026-01-01", UnitStatus::Unsold));
        story.accepted(&set("2026-02-01", UnitStatus::NotHandedOver));
        story.accepted(&set("2026-06-15", UnitStatus::HandedOver));
        let state = story.draft().unit(UNIT);
        let obligor = |day: &str| state.obligor_on(day.parse().unwrap());
        assert_eq!(obligor("2025-12-31"), None);
        assert_eq!(obligor("2026-01-01"), Some(DEVELOPER));
        assert_eq!(obligor("2026-06-14"), Some(DEVELOPER));
        assert_eq!(obligor("2026-06-15"), Some(OWNER));
    }

    #[test]
    fn an_unknown_unit_has_no_status() {
        let stranger = SetStatus { unit: UnitId(uuid(99)), ..set("2026-01-01", UnitStatus::Vacant) };
        assert_eq!(Story::new().refused(&stranger), "unit_must_exist");
    }
}
