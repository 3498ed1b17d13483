//! Attaches a fee item to a unit from a day on; its first day anchors anniversary cycles.

use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{FeeItemId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{Attachment, FeeItemAttached, UnitRefusal};

/// More attachments than any unit has in its life.
const ATTACHMENTS_LIMIT: usize = 200;

/// A fee item is charged from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachFeeItem {
    /// The unit.
    pub unit: UnitId,
    /// The item.
    pub fee_item: FeeItemId,
    /// First day.
    pub from: CivilDate,
    /// Day after the last; absent: open.
    pub until: Option<CivilDate>,
}

impl Decide for AttachFeeItem {
    fn operation(&self) -> &'static str {
        "attach_fee_item"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        let item = draft.fee_item(self.fee_item);
        if item.created().is_none() {
            return Err(FeeItemRefusal::FeeItemMustExist.at("/fee_item"));
        }
        if item.tariffs().last().is_some_and(|(_, tariff)| tariff.price.parking().is_some()) {
            return Err(FeeItemRefusal::ParkingMustNotBeOfUnits.at("/fee_item"));
        }
        if self.until.is_some_and(|until| until <= self.from) {
            return Err(UnitRefusal::AttachmentMustEndAfterBeginning.at("/until"));
        }
        let wanted = Attachment { fee_item: self.fee_item, from: self.from, until: self.until };
        if let Some(have) = unit.attachments().iter().find(|have| have.overlaps(&wanted)) {
            return Err(UnitRefusal::FeeItemMustBeAttachedOnce.with("from", have.from));
        }
        if unit.attachments().len() >= ATTACHMENTS_LIMIT {
            return Err(UnitRefusal::TooManyFeeItems.into());
        }
        draft.push(self.unit, FeeItemAttached { fee_item: self.fee_item, from: self.from, until: self.until });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};
    use crate::unit::fixture::{ITEM, UNIT, registered};

    fn attach(from: &str, until: Option<&str>) -> AttachFeeItem {
        AttachFeeItem {
            unit: UNIT,
            fee_item: ITEM,
            from: from.parse().unwrap(),
            until: until.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn an_item_is_attached_once_at_a_time() {
        let mut story = registered();
        story.accepted(&attach("2026-01-01", Some("2026-07-01")));
        assert_eq!(story.refused(&attach("2026-06-30", None)), "fee_item_must_be_attached_once");
        assert_eq!(story.refused(&attach("2025-01-01", None)), "fee_item_must_be_attached_once");
        story.accepted(&attach("2026-07-01", None));
        let state = story.draft().unit(UNIT);
        assert!(state.is_attached_on(ITEM, "2030-01-01".parse().unwrap()));
        assert!(!state.is_attached_on(ITEM, "2025-12-31".parse().unwrap()));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let backwards = attach("2026-01-01", Some("2026-01-01"));
        assert_eq!(registered().refused(&backwards), "attachment_must_end_after_beginning");
        let unknown = AttachFeeItem { fee_item: FeeItemId(uuid(99)), ..attach("2026-01-01", None) };
        assert_eq!(registered().refused(&unknown), "fee_item_must_exist");
        assert_eq!(Story::new().refused(&unknown), "unit_must_exist");
        let mut story = registered();
        for year in 1990..1992 {
            for day in 1..=100_u32 {
                let from = CivilDate::new(year, 1, 1).unwrap().plus_days(day);
                story.accepted(&AttachFeeItem { until: Some(from.plus_days(1)), from, ..attach("1990-01-01", None) });
            }
        }
        assert_eq!(story.refused(&attach("2026-01-01", None)), "too_many_fee_items");
    }
}
