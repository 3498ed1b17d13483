//! The figures that finance asks for, over a flat list of facts: collection rates, arrears recovery, what came in and for
//! what, ageing, credit, the identity of the receivables.
//!
//! For a period P of whole months and an effective date T. The caller passes only what was known at K; facts effective
//! after T are left out here. May never happen here: a figure that depends on the order of the facts, a write-off that
//! lowers a denominator, a split of what came in that leaves a rest.

mod answer;
mod fact;
mod fold;

pub use answer::*;
pub use fact::*;

use super::quotient::Quotient;
use crate::money::Money;
use rust_decimal::Decimal;

/// Why there are no figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FiguresError {
    /// P ends before it begins.
    #[error("the period must not end before it begins")]
    PeriodReversed,
    /// T lies before P.
    #[error("the effective date must not lie before the period")]
    EffectiveBeforePeriod,
    /// An amount below zero.
    #[error("an amount must not be negative")]
    AmountNegative,
    /// Two charges have the same id.
    #[error("a charge is listed twice")]
    ChargeDuplicate,
}

impl FiguresError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::PeriodReversed => "period_reversed",
            Self::EffectiveBeforePeriod => "effective_before_period",
            Self::AmountNegative => "amount_negative",
            Self::ChargeDuplicate => "charge_duplicate",
        }
    }
}

/// The figures over facts in any order.
///
/// `is_household` says which accounts are of residence or shop kind.
///
/// # Errors
/// [`FiguresError`] when the question or the facts do not belong together.
pub fn compute<Charge: Copy + Ord, Account: Copy + Ord>(
    facts: &[Fact<Charge, Account>],
    query: Query,
    is_household: impl Fn(Account) -> bool,
) -> Result<Figures, FiguresError> {
    if query.last < query.first {
        return Err(FiguresError::PeriodReversed);
    }
    if query.effective_on < query.first.first_day() {
        return Err(FiguresError::EffectiveBeforePeriod);
    }
    fold::run(facts, query, is_household)
}

/// A rate with four decimals, half away from zero; nothing when there is nothing to divide by.
pub fn rate(part: Money, whole: Money) -> Option<Decimal> {
    ratio(part.fen().into(), whole.fen().into())
}

fn ratio(part: i128, whole: i128) -> Option<Decimal> {
    // A quotient has its sign above the line: more may have been forgiven inside the window than was open before it.
    let (part, whole) = if whole < 0 { (-part, -whole) } else { (part, whole) };
    Quotient::int(part).over(Quotient::int(whole)).and_then(|quotient| quotient.to_decimal(4)).ok()
}

#[cfg(test)]
mod tests;
