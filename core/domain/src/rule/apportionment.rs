//! A shared cost spread over units by weight, to the fen.
//!
//! May never happen here: shares that do not sum to the pool, for ever. Shares are floor(pool × weight ÷ total weight); the
//! missing fen go one each to the largest remainders, ties to the lower unit code.

use crate::money::Money;
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// More units than any community has.
const UNITS_LIMIT: usize = 100_000;

/// A unit that bears a part of the pool; codes are compared in byte order when `K` is a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer<K> {
    /// The unit's code on the pool's day.
    pub unit: K,
    /// Its weight, zero or more.
    pub weight: Decimal,
}

/// Why a pool cannot be spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApportionmentError {
    /// No units at all.
    #[error("a pool needs units to bear it")]
    UnitsMissing,
    /// More units than a community has.
    #[error("there are too many units")]
    UnitsOutOfRange,
    /// A unit stands twice.
    #[error("a unit is listed twice")]
    UnitDuplicate,
    /// A weight below zero.
    #[error("a weight must not be negative")]
    WeightNegative,
    /// Every weight is zero.
    #[error("the weights must not all be zero")]
    WeightsAllZero,
    /// Weights too large or too fine to be computed exactly.
    #[error("a weight is out of range")]
    WeightOutOfRange,
}

impl ApportionmentError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnitsMissing => "units_missing",
            Self::UnitsOutOfRange => "units_out_of_range",
            Self::UnitDuplicate => "unit_duplicate",
            Self::WeightNegative => "weight_negative",
            Self::WeightsAllZero => "weights_all_zero",
            Self::WeightOutOfRange => "weight_out_of_range",
        }
    }
}

/// The share of each unit, in the order given; a negative pool is spread as its absolute value and negated.
///
/// # Errors
/// [`ApportionmentError`] when the units or weights cannot bear a pool.
pub fn apportion<K: Copy + Ord>(pool: Money, bearers: &[Bearer<K>]) -> Result<Vec<Money>, ApportionmentError> {
    let weights = whole_weights(bearers)?;
    let total = weights.iter().try_fold(0_i128, |sum, weight| sum.checked_add(*weight));
    let total = total.ok_or(ApportionmentError::WeightOutOfRange)?;
    if total == 0 {
        return Err(ApportionmentError::WeightsAllZero);
    }
    let pool_fen = i128::from(pool.fen()).abs();
    let mut shares = Vec::with_capacity(bearers.len());
    let mut remainders = Vec::with_capacity(bearers.len());
    let mut missing = pool_fen;
    for (at, (bearer, weight)) in bearers.iter().zip(weights).enumerate() {
        let product = pool_fen.checked_mul(weight).ok_or(ApportionmentError::WeightOutOfRange)?;
        let share = product / total;
        missing -= share;
        shares.push(share);
        remainders.push((Reverse(product % total), bearer.unit, at));
    }
    // Fewer fen are missing than there are remainders above zero, so a weight of zero never gets one.
    remainders.sort_unstable();
    for (_, _, at) in remainders.into_iter().take(usize::try_from(missing).unwrap_or(usize::MAX)) {
        if let Some(share) = shares.get_mut(at) {
            *share += 1;
        }
    }
    let signed = |fen: i128| {
        let share = Money::from_fen(i64::try_from(fen).map_err(|_| ApportionmentError::WeightOutOfRange)?);
        Ok(if pool.is_negative() { share.negated() } else { share })
    };
    shares.into_iter().map(signed).collect()
}

/// The whole fen of a share, before what is left over is given out; negative for a negative pool.
///
/// # Errors
/// [`ApportionmentError`] when the weights cannot bear a pool.
pub fn whole_fen(pool: Money, weight: Decimal, total: Decimal) -> Result<Money, ApportionmentError> {
    let scale = weight.scale().max(total.scale());
    let whole = |value: Decimal| value.mantissa().checked_mul(10_i128.checked_pow(scale - value.scale())?);
    let out_of_range = ApportionmentError::WeightOutOfRange;
    let (weight, total) = whole(weight).zip(whole(total)).ok_or(out_of_range)?;
    if total == 0 {
        return Err(ApportionmentError::WeightsAllZero);
    }
    let product = i128::from(pool.fen()).abs().checked_mul(weight).ok_or(out_of_range)?;
    let fen = Money::from_fen(i64::try_from(product / total).map_err(|_| out_of_range)?);
    Ok(if pool.is_negative() { fen.negated() } else { fen })
}

/// The weights as integers of one common scale.
fn whole_weights<K: Copy + Ord>(bearers: &[Bearer<K>]) -> Result<Vec<i128>, ApportionmentError> {
    if bearers.is_empty() {
        return Err(ApportionmentError::UnitsMissing);
    }
    if bearers.len() > UNITS_LIMIT {
        return Err(ApportionmentError::UnitsOutOfRange);
    }
    let mut units: Vec<K> = bearers.iter().map(|bearer| bearer.unit).collect();
    units.sort_unstable();
    if units.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(ApportionmentError::UnitDuplicate);
    }
    if bearers.iter().any(|bearer| bearer.weight < Decimal::ZERO) {
        return Err(ApportionmentError::WeightNegative);
    }
    let weights: Vec<Decimal> = bearers.iter().map(|bearer| bearer.weight.normalize()).collect();
    let scale = weights.iter().map(Decimal::scale).max().unwrap_or(0);
    let whole = |weight: &Decimal| weight.mantissa().checked_mul(10_i128.checked_pow(scale - weight.scale())?);
    weights.iter().map(whole).collect::<Option<_>>().ok_or(ApportionmentError::WeightOutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bearers<'a>(list: &[(&'a str, &str)]) -> Vec<Bearer<&'a str>> {
        list.iter().map(|(unit, weight)| Bearer { unit: *unit, weight: weight.parse().unwrap() }).collect()
    }

    fn shares(pool: &str, list: &[(&str, &str)]) -> Result<String, &'static str> {
        let shares = apportion(pool.parse().unwrap(), &bearers(list)).map_err(ApportionmentError::code)?;
        Ok(format!("{shares:?}"))
    }

    #[test]
    fn ties_go_to_the_lower_code_in_byte_order() {
        assert_eq!(shares("0.01", &[("2-1-101", "1"), ("10-1-101", "1")]).unwrap(), "[0.00, 0.01]");
        assert_eq!(shares("-0.01", &[("2-1-101", "1.50"), ("10-1-101", "1.5")]).unwrap(), "[0.00, -0.01]");
    }

    #[test]
    fn a_weight_of_zero_gets_nothing_and_an_empty_pool_gives_nothing() {
        assert_eq!(shares("0.02", &[("a", "0"), ("b", "1"), ("c", "1")]).unwrap(), "[0.00, 0.01, 0.01]");
        assert_eq!(shares("0.00", &[("a", "1"), ("b", "2")]).unwrap(), "[0.00, 0.00]");
    }

    #[test]
    fn refusals_have_names() {
        assert_eq!(shares("1.00", &[]), Err("units_missing"));
        assert_eq!(shares("1.00", &[("a", "0"), ("b", "0.00")]), Err("weights_all_zero"));
        assert_eq!(shares("1.00", &[("a", "1"), ("a", "2")]), Err("unit_duplicate"));
        assert_eq!(shares("1.00", &[("a", "-1"), ("b", "2")]), Err("weight_negative"));
        let extremes = [("a", "79228162514264337593543950335"), ("b", "0.0000000000000000000000000001")];
        assert_eq!(shares("1.00", &extremes), Err("weight_out_of_range"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn shares_sum_to_the_pool(fen in -1_000_000_i64..1_000_000, weights in prop::collection::vec(0_i64..500, 1..40)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let bearers: Vec<_> =
                weights.iter().enumerate().map(|(unit, w)| Bearer { unit, weight: Decimal::new(*w, 2) }).collect();
            let shares = apportion(Money::from_fen(fen), &bearers).unwrap();
            prop_assert_eq!(shares.iter().copied().sum::<Money>().fen(), fen);
            let total: Decimal = bearers.iter().map(|bearer| bearer.weight).sum();
            for (share, bearer) in shares.iter().zip(&bearers) {
                let whole = whole_fen(Money::from_fen(fen), bearer.weight, total).unwrap();
                prop_assert!([0, fen.signum()].contains(&(share.fen() - whole.fen())));
            }
            prop_assert!(shares.iter().zip(&weights).all(|(share, weight)| *weight > 0 || share.is_zero()));
        }
    }
}
