//! The figures that finance asks for, over a flat sequence of facts: collection rates, arrears recovery, what came in and for
//! what, ageing, credit, the identity of the receivables.
//!
//! For a period P of whole months and an effective date T. The caller passes only what was known at K; facts effective
//! after T are left out here. May never happen here: a figure that depends on the order of the facts, a write-off that
//! lowers a denominator, a split of what came in that leaves a rest.

mod answer;
mod fact;
mod fold;
mod total;

pub use answer::*;
pub use fact::*;
pub(crate) use fold::LIMITATION;
pub use fold::{Rows, Tally};

use super::quotient::Quotient;
use crate::money::Money;
use rust_decimal::Decimal;
use std::hash::Hash;

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
    /// A late fee is out of range.
    #[error("the amount is out of range")]
    AmountOutOfRange,
}

impl FiguresError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::PeriodReversed => "period_reversed",
            Self::EffectiveBeforePeriod => "effective_before_period",
            Self::AmountNegative => "amount_negative",
            Self::ChargeDuplicate => "charge_duplicate",
            Self::AmountOutOfRange => "amount_out_of_range",
        }
    }
}

/// The figures over facts in any order, in one row.
///
/// `is_household` says which accounts are of residence or shop kind.
///
/// # Errors
/// [`FiguresError`] when the question or the facts do not belong together.
pub fn compute<Charge, Account, Holder>(
    facts: &[Fact<Charge, Account, Holder>],
    query: Query,
    is_household: impl Fn(Account) -> bool,
) -> Result<Figures, FiguresError>
where
    Charge: Copy + Eq + Hash,
    Account: Copy + Eq + Hash,
    Holder: Copy + Eq + Hash,
{
    let mut tally = tally(query)?;
    let row = Rows::one(tally.add_row());
    let (charges, others): (Vec<_>, Vec<_>) =
        facts.iter().partition(|fact| matches!(fact.kind, FactKind::Charged { .. }));
    for fact in charges.into_iter().chain(others) {
        tally.take(row, fact)?;
    }
    Ok(tally.figures(is_household).pop().unwrap_or_default())
}

/// An empty tally for a question.
///
/// # Errors
/// [`FiguresError`] for a question that makes no sense.
pub fn tally<Charge, Account, Holder>(query: Query) -> Result<Tally<Charge, Account, Holder>, FiguresError>
where
    Charge: Copy + Eq + Hash,
    Account: Copy + Eq + Hash,
    Holder: Copy + Eq + Hash,
{
    if query.last < query.first {
        return Err(FiguresError::PeriodReversed);
    }
    if query.effective_on < query.first.first_day() {
        return Err(FiguresError::EffectiveBeforePeriod);
    }
    Ok(Tally::new(query))
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
