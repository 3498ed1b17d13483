//! Ends a discount early. Charges that carry it stay as they are: it ends on a day that is not charged yet.

use super::grant_discount::charged;
use crate::calendar::{CivilDate, DateRange};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, DiscountId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{DiscountEnded, UnitRefusal};
use crate::value::Label;

/// A discount no longer holds from a day on; on its first day it is as if it had never been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndDiscount {
    /// The unit.
    pub unit: UnitId,
    /// The discount.
    pub discount: DiscountId,
    /// First service day without it.
    pub on: CivilDate,
    /// Why.
    pub reason: Label,
}

impl Decide for EndDiscount {
    fn operation(&self) -> &'static str {
        "end_discount"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        let have = unit.discounts().iter().find(|have| have.applied.discount == self.discount);
        let have = have.ok_or(UnitRefusal::DiscountMustExist)?;
        let Ok(days) = DateRange::new(self.on, have.until) else {
            return Err(UnitRefusal::DiscountMustHoldThen.with("until", have.until).at("/on"));
        };
        if !have.covers(self.on) {
            return Err(UnitRefusal::DiscountMustHoldThen.with("from", have.from).at("/on"));
        }
        let charged = charged(draft, AccountId::of_unit(self.unit), have.fee_item, days);
        if let Some(last) = charged.last() {
            let refusal = UnitRefusal::DiscountedDaysMustNotBeCharged.at("/on").with("charges", charged.len());
            return Err(refusal.with("charge", last.charge).with("until", last.service.until()));
        }
        draft.push(self.unit, DiscountEnded { discount: self.discount, on: self.on, reason: self.reason.clone() });
        Ok(())
    }
}
