//! How much is provided for losses 坏账准备, by the age of what is owed.

use crate::event::facts;
use crate::money::{Money, MoneyError, RoundTo};
use crate::rule::figures::Ageing;
use crate::value::Exact;
use rust_decimal::Decimal;

facts! {
    /// Shares of open principal that are expected to be lost 计提比例, by days past the due date; each from 0 to 1.
    pub struct AgeingRates {
        /// Not due yet.
        pub not_due: Exact,
        /// 1–30 days.
        pub d1_30: Exact,
        /// 31–60 days.
        pub d31_60: Exact,
        /// 61–90 days.
        pub d61_90: Exact,
        /// 91–180 days.
        pub d91_180: Exact,
        /// 181–365 days.
        pub d181_365: Exact,
        /// 366–730 days.
        pub d366_730: Exact,
        /// 731–1,095 days.
        pub d731_1095: Exact,
        /// More than 1,095 days.
        pub over: Exact,
    }
}

/// What of one age is expected to be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provision {
    /// The age, as in [`AgeingRates`].
    pub age: &'static str,
    /// Open principal.
    pub open: Money,
    /// The share.
    pub rate: Exact,
    /// Rounded to the fen.
    pub amount: Money,
}

impl AgeingRates {
    fn by_age(&self) -> [(&'static str, Exact); 9] {
        [
            ("not_due", self.not_due),
            ("d1_30", self.d1_30),
            ("d31_60", self.d31_60),
            ("d61_90", self.d61_90),
            ("d91_180", self.d91_180),
            ("d181_365", self.d181_365),
            ("d366_730", self.d366_730),
            ("d731_1095", self.d731_1095),
            ("over", self.over),
        ]
    }

    /// The first age whose share is not one.
    pub(super) fn out_of_range(&self) -> Option<&'static str> {
        let wrong = |(_, rate): &(_, Exact)| !(Decimal::ZERO..=Decimal::ONE).contains(&rate.decimal());
        self.by_age().into_iter().find(wrong).map(|(age, _)| age)
    }

    /// What is expected to be lost, age by age.
    ///
    /// # Errors
    /// When a sum is beyond what money can be.
    pub fn provisions(&self, ageing: &Ageing) -> Result<Vec<Provision>, MoneyError> {
        let open = [
            ageing.not_due,
            ageing.d1_30,
            ageing.d31_60,
            ageing.d61_90,
            ageing.d91_180,
            ageing.d181_365,
            ageing.d366_730,
            ageing.d731_1095,
            ageing.over,
        ];
        let provision = |((age, rate), open): ((&'static str, Exact), Money)| {
            let exact = open.decimal().checked_mul(rate.decimal()).ok_or(MoneyError::OutOfRange)?;
            Ok(Provision { age, open, rate, amount: Money::round(exact, RoundTo::Fen)? })
        };
        self.by_age().into_iter().zip(open).map(provision).collect()
    }
}
