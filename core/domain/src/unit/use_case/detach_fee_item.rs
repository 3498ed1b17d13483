//! Detaches a fee item from a unit: it is not charged from a day on. What is charged already stays charged.

use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{FeeItemId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{FeeItemDetached, UnitRefusal};

/// A fee item is no longer charged from a day on; on its first day the attachment is as if it had never been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetachFeeItem {
    /// The unit.
    pub unit: UnitId,
    /// The item.
    pub fee_item: FeeItemId,
    /// First day without it.
    pub on: CivilDate,
}

impl Decide for DetachFeeItem {
    fn operation(&self) -> &'static str {
        "detach_fee_item"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        if !existing(draft, self.unit)?.is_attached_on(self.fee_item, self.on) {
            return Err(UnitRefusal::FeeItemMustBeAttached.into());
        }
        draft.push(self.unit, FeeItemDetached { fee_item: self.fee_item, on: self.on });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;
    use crate::unit::FeeItemAttached;
    use crate::unit::fixture::{ITEM, UNIT, registered};

    fn detach(on: &str) -> DetachFeeItem {
        DetachFeeItem { unit: UNIT, fee_item: ITEM, on: on.parse().unwrap() }
    }

    #[test]
    fn an_attachment_ends_on_its_day() {
        let attached = FeeItemAttached { fee_item: ITEM, from: "2026-01-01".parse().unwrap(), until: None };
        let mut story = registered().given(UNIT, attached);
        assert_eq!(story.refused(&detach("2025-12-31")), "fee_item_must_be_attached");
        story.accepted(&detach("2026-03-15"));
        let end = story.draft().unit(UNIT).attachments().first().and_then(|have| have.until);
        assert_eq!(end, "2026-03-15".parse().ok());
        assert_eq!(story.refused(&detach("2026-03-15")), "fee_item_must_be_attached");
        story.accepted(&detach("2026-01-01"));
        assert!(story.draft().unit(UNIT).attachments().is_empty());
        assert_eq!(Story::new().refused(&detach("2026-01-01")), "unit_must_exist");
    }
}
