//! What usage costs so that it does not matter how often a meter is read: cumulative rounding over the tier year.
//!
//! The exact cost of a tier year up to a day is a sum of exact tier lines. A usage is charged with what that sum, rounded,
//! is after it less what it was before it: so inside one tier year the charges of any readings sum to the charge of one
//! reading, whatever the prices and however they change. May never happen here: a rounded line, a charge below zero.

use super::tiered_usage::{self, Tier, TierLine, TieredUsageError};
use crate::money::{Money, RoundTo};
use rust_decimal::Decimal;

/// Usage at one price inside one tier year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage<'a> {
    /// The price; one tier without a limit where it has none.
    pub tiers: &'a [Tier],
    /// Used since the tier year began.
    pub used_before: Decimal,
    /// Used.
    pub usage: Decimal,
    /// What the tier year has cost so far, exactly.
    pub cost_before: Decimal,
}

/// Priced usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// In tier order; printed amounts sum to the amount.
    pub lines: Vec<TierLine>,
    /// What it costs exactly.
    pub cost: Decimal,
    /// What is charged for it.
    pub amount: Money,
}

/// What some usage costs, exactly, with its lines as they would stand alone.
///
/// # Errors
/// As [`tiered_usage::price`].
pub fn cost(
    tiers: &[Tier],
    used_before: Decimal,
    usage: Decimal,
) -> Result<(Decimal, Vec<TierLine>), TieredUsageError> {
    let lines = tiered_usage::price(tiers, used_before, usage)?.lines;
    let sum =
        lines.iter().try_fold(Decimal::ZERO, |sum, line| sum.checked_add(line.quantity.checked_mul(line.unit_price)?));
    Ok((sum.ok_or(TieredUsageError::AmountOutOfRange)?.normalize(), lines))
}

/// Prices usage that follows what was used, and what it cost, since the tier year began.
///
/// # Errors
/// As [`tiered_usage::price`].
pub fn price(usage: &Usage<'_>, round_to: RoundTo) -> Result<Priced, TieredUsageError> {
    let (cost, mut lines) = cost(usage.tiers, usage.used_before, usage.usage)?;
    let beyond = TieredUsageError::AmountOutOfRange;
    let round = |exact: Decimal| Money::round(exact, round_to).map_err(|_| beyond);
    let (mut exact, before) = (usage.cost_before, round(usage.cost_before)?);
    let mut reached = before;
    for line in &mut lines {
        let own = line.quantity.checked_mul(line.unit_price).ok_or(beyond)?;
        exact = exact.checked_add(own).ok_or(beyond)?;
        let so_far = round(exact)?;
        line.printed = so_far.minus(reached).map_err(|_| beyond)?;
        reached = so_far;
    }
    Ok(Priced { lines, cost, amount: reached.minus(before).map_err(|_| beyond)? })
}

/// Prices a cost that is no sum of lines and follows what the tier year has cost.
///
/// # Errors
/// [`TieredUsageError::AmountOutOfRange`].
pub fn whole(cost: Decimal, cost_before: Decimal, round_to: RoundTo) -> Result<Priced, TieredUsageError> {
    let beyond = TieredUsageError::AmountOutOfRange;
    let round = |exact: Decimal| Money::round(exact, round_to).map_err(|_| beyond);
    let after = round(cost_before.checked_add(cost).ok_or(beyond)?)?;
    let amount = after.minus(round(cost_before)?).map_err(|_| beyond)?;
    Ok(Priced { lines: Vec::new(), cost, amount })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tiers() -> Vec<Tier> {
        let tier =
            |up_to: Option<i64>, price: &str| Tier { up_to: up_to.map(Decimal::from), price: price.parse().unwrap() };
        vec![tier(Some(180), "3.505"), tier(Some(260), "4.9055"), tier(None, "8.0001")]
    }

    fn charged(used_before: Decimal, usage: Decimal, cost_before: Decimal, round_to: RoundTo) -> Priced {
        let tiers = tiers();
        price(&Usage { tiers: &tiers, used_before, usage, cost_before }, round_to).unwrap()
    }

    #[test]
    fn a_fen_is_not_lost_between_two_readings() {
        let one = charged(Decimal::ZERO, Decimal::ONE, Decimal::ZERO, RoundTo::Fen);
        assert_eq!((one.amount.to_string(), one.cost.to_string()), ("3.51".into(), "3.505".into()));
        let next = charged(Decimal::ONE, Decimal::ONE, one.cost, RoundTo::Fen);
        assert_eq!(next.amount.to_string(), "3.50", "7.01 in all, not twice 3.51");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn splitting_a_usage_charges_the_same(
            before in 0_i64..3_000_000,
            parts in prop::collection::vec(0_i64..500_000, 1..8),
            cost in 0_i64..100_000_000,
            to in 0_usize..3,
        ) {
            let round_to = [RoundTo::Fen, RoundTo::Jiao, RoundTo::Yuan][to];
            let (before, cost_before) = (Decimal::new(before, 4), Decimal::new(cost, 8));
            let (mut used, mut cost, mut sum) = (before, cost_before, Money::ZERO);
            for part in &parts {
                let part = Decimal::new(*part, 4);
                let priced = charged(used, part, cost, round_to);
                prop_assert!(!priced.amount.is_negative());
                prop_assert_eq!(priced.lines.iter().map(|line| line.printed).sum::<Money>(), priced.amount);
                (used, cost, sum) = (used + part, cost + priced.cost, sum.fold(priced.amount));
            }
            let whole = charged(before, used - before, cost_before, round_to);
            prop_assert_eq!(whole.amount, sum);
            prop_assert_eq!(cost_before + whole.cost, cost);
        }
    }
}
