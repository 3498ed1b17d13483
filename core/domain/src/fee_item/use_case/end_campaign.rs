//! Ends a campaign early: what is billed from now on for days from then on does not have it. What is charged already stays.

use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::CampaignEnded;
use crate::id::{DiscountId, FeeItemId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::UnitRefusal;
use crate::value::Label;

/// A campaign no longer holds from a day on; on its first day it is as if it had never been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndCampaign {
    /// The fee item.
    pub fee_item: FeeItemId,
    /// The campaign.
    pub campaign: DiscountId,
    /// First service day without it.
    pub on: CivilDate,
    /// Why.
    pub reason: Label,
}

impl Decide for EndCampaign {
    fn operation(&self) -> &'static str {
        "end_campaign"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let have = item.campaigns().iter().find(|have| have.applied.discount == self.campaign);
        let have = have.ok_or(UnitRefusal::DiscountMustExist)?;
        if !have.covers(self.on) {
            let refusal = UnitRefusal::DiscountMustHoldThen.with("from", have.from);
            return Err(refusal.with("until", have.until).at("/on"));
        }
        draft.push(self.fee_item, CampaignEnded { campaign: self.campaign, on: self.on, reason: self.reason.clone() });
        Ok(())
    }
}
