//! Ends a prepayment offer early: nobody accepts it any more. What was granted by it stays.

use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, PrepaymentOfferEnded};
use crate::id::{FeeItemId, OfferId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// An offer no longer holds from a day on; on its first day it is as if it had never been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndPrepaymentOffer {
    /// The fee item.
    pub fee_item: FeeItemId,
    /// The offer.
    pub offer: OfferId,
    /// First day without it.
    pub on: CivilDate,
    /// Why.
    pub reason: Label,
}

impl Decide for EndPrepaymentOffer {
    fn operation(&self) -> &'static str {
        "end_prepayment_offer"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let have = item.offers().iter().find(|have| have.offer == self.offer);
        let have = have.ok_or(FeeItemRefusal::PrepaymentOfferMustExist)?;
        if !have.covers(self.on) {
            let refusal = FeeItemRefusal::PrepaymentOfferMustHoldThen.with("from", have.from);
            return Err(refusal.with("until", have.until).at("/on"));
        }
        draft.push(self.fee_item, PrepaymentOfferEnded { offer: self.offer, on: self.on, reason: self.reason.clone() });
        Ok(())
    }
}
