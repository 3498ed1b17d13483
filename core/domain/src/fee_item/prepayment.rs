//! Prepayment offers 预缴优惠 of a fee item: who pays some months in advance gets more of them.

use super::event::PrepaymentOfferSet;
use crate::account::DiscountTerms;
use crate::approval::Approved;
use crate::calendar::{CivilDate, DateRange};
use crate::id::OfferId;
use crate::ledger::Seen;
use crate::value::Count;

/// An offer as it stands: it may be accepted in `[from, until)`, which is never when it ended on its first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub offer: OfferId,
    /// Service months in all.
    pub months: Count,
    /// Of them free.
    pub free_months: Count,
    /// First day on which it may be accepted.
    pub from: CivilDate,
    /// Day after the last.
    pub until: CivilDate,
    /// On whose word; absent for what was set before the community went live.
    pub approved: Option<Approved>,
    /// The company facts that the authority rests on.
    pub seen: Vec<Seen>,
}

impl Offer {
    pub(super) fn of(set: &PrepaymentOfferSet) -> Self {
        Self {
            offer: set.offer,
            months: set.months,
            free_months: set.free_months,
            from: set.days.from(),
            until: set.days.until(),
            approved: set.approved.clone(),
            seen: set.seen.clone(),
        }
    }

    /// True when it may be accepted on a day.
    pub fn covers(&self, day: CivilDate) -> bool {
        self.from <= day && day < self.until
    }

    /// How much it takes off the months.
    pub fn terms(&self) -> DiscountTerms {
        DiscountTerms::Months { free: self.free_months, of: self.months }
    }

    /// True when both are for so many months and may be accepted on one day.
    pub(super) fn meets(&self, months: Count, days: DateRange) -> bool {
        self.months == months && DateRange::new(self.from, self.until).is_ok_and(|own| own.overlaps(days))
    }
}
