//! Offers more months than are paid 预缴优惠 to whoever pays them in advance; the day on which it is accepted decides.
//!
//! Until the community is live it is set up freely; from that day on another must approve it.

use crate::approval::{Authority, Stake, Staked, Warrant, authorise_once_live};
use crate::book::Fund;
use crate::calendar::DateRange;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, PrepaymentOfferSet};
use crate::id::FeeItemId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::must_be_by_time;
use crate::value::Count;

/// The most months of an offer.
const MONTHS_LIMIT: u32 = 36;

/// So many months for the price of fewer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetPrepaymentOffer {
    /// The item, of the operating fund and charged by time.
    pub fee_item: FeeItemId,
    /// Service months in all, 2–36.
    pub months: Count,
    /// Of them free, at least 1 and fewer than in all.
    pub free_months: Count,
    /// The days on which it may be accepted.
    pub days: DateRange,
    /// On whose word; needed once the community is live.
    #[serde(skip)]
    pub authority: Authority,
}

/// Like a price, an offer has no amount that a limit could reach.
impl Staked for SetPrepaymentOffer {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::default())
    }
}

impl Decide for SetPrepaymentOffer {
    fn operation(&self) -> &'static str {
        "set_prepayment_offer"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        if created.fund != Fund::Operating {
            return Err(FeeItemRefusal::PrepaymentMustBeOperating.with("fund", created.fund));
        }
        must_be_by_time(&item)?;
        if !(2..=MONTHS_LIMIT).contains(&self.months.0) || !(1..self.months.0).contains(&self.free_months.0) {
            return Err(FeeItemRefusal::PrepaymentMonthsMustBeInRange.at("/free_months"));
        }
        if let Some(have) = item.offers().iter().find(|have| have.meets(self.months, self.days)) {
            let refusal = FeeItemRefusal::PrepaymentOfferMustNotOverlap.with("offer", have.offer);
            return Err(refusal.with("from", have.from).with("until", have.until).at("/days"));
        }
        let (approved, seen) = authorise_once_live(draft, self, self.authority)?.map(Warrant::parts).unzip();
        let set = PrepaymentOfferSet {
            offer: draft.mint("offer"),
            months: self.months,
            free_months: self.free_months,
            days: self.days,
            approved,
            seen: seen.unwrap_or_default(),
        };
        draft.push(self.fee_item, set);
        Ok(())
    }
}
