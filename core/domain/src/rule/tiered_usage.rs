//! Metered usage priced in tiers that are cumulative over the tier year.
//!
//! May never happen here: a rounded line. Lines are exact, only the sum is rounded; printed lines foot by cumulative rounding.

use super::quotient::{Quotient, TooLarge};
use crate::money::{Money, RoundTo};
use rust_decimal::Decimal;

const TIERS_LIMIT: usize = 100;
const QUANTITY_DECIMALS: u32 = 4;

/// A price up to a quantity of the tier year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// Last quantity of the tier year at this price, inclusive; open only in the last tier.
    pub up_to: Option<Decimal>,
    /// Yuan per unit of quantity.
    pub price: Decimal,
}

/// The part of the usage that falls into one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierLine {
    /// Quantity, above zero.
    pub quantity: Decimal,
    /// Yuan per unit of quantity, as the tariff writes it.
    pub unit_price: Decimal,
    /// What a bill prints: the rounded sum so far less what earlier lines printed.
    pub printed: Money,
}

/// Priced usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieredUsage {
    /// In tier order, empty ones left out.
    pub lines: Vec<TierLine>,
    /// The sum, rounded once to fen.
    pub amount: Money,
}

/// Why usage cannot be priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TieredUsageError {
    /// No tiers.
    #[error("a tiered price needs tiers")]
    TiersMissing,
    /// More tiers than any tariff has.
    #[error("there are too many tiers")]
    TiersOutOfRange,
    /// Limits that do not rise, or a tier without a limit that is not the last.
    #[error("the limits of the tiers must rise, and only the last may be open")]
    TiersNotAscending,
    /// The last tier has a limit and the usage exceeds it.
    #[error("the usage exceeds the last tier")]
    TiersExceeded,
    /// A price below zero.
    #[error("a price must not be negative")]
    PriceNegative,
    /// A quantity below zero.
    #[error("a quantity must not be negative")]
    QuantityNegative,
    /// A quantity with more than four decimals.
    #[error("a quantity has at most four decimals")]
    QuantityTooFine,
    /// A step of the computation is out of range.
    #[error("the amount is out of range")]
    AmountOutOfRange,
}

impl TieredUsageError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::TiersMissing => "tiers_missing",
            Self::TiersOutOfRange => "tiers_out_of_range",
            Self::TiersNotAscending => "tiers_not_ascending",
            Self::TiersExceeded => "tiers_exceeded",
            Self::PriceNegative => "price_negative",
            Self::QuantityNegative => "quantity_negative",
            Self::QuantityTooFine => "quantity_too_fine",
            Self::AmountOutOfRange => "amount_out_of_range",
        }
    }
}

impl From<TooLarge> for TieredUsageError {
    fn from(TooLarge: TooLarge) -> Self {
        Self::AmountOutOfRange
    }
}

/// Prices usage that follows what was used since the tier year began.
///
/// # Errors
/// [`TieredUsageError`] for tiers that are none and quantities that are not measurable.
pub fn price(tiers: &[Tier], used_before: Decimal, usage: Decimal) -> Result<TieredUsage, TieredUsageError> {
    check_tiers(tiers)?;
    check_quantity(used_before)?;
    check_quantity(usage)?;
    let end = used_before.checked_add(usage).ok_or(TooLarge)?;
    let (mut at, mut sum, mut printed) = (used_before, Quotient::int(0), Money::ZERO);
    let mut lines = Vec::new();
    for tier in tiers {
        let reach = tier.up_to.map_or(end, |up_to| up_to.min(end));
        if reach <= at {
            continue;
        }
        let quantity = reach.checked_sub(at).ok_or(TooLarge)?.normalize();
        sum = sum.plus(Quotient::of(quantity).times(Quotient::of(tier.price))?)?;
        let so_far = sum.round(RoundTo::Fen)?;
        lines.push(TierLine {
            quantity,
            unit_price: tier.price,
            printed: so_far.minus(printed).map_err(|_| TooLarge)?,
        });
        (at, printed) = (reach, so_far);
    }
    // Usage is left over only when the last tier has a limit.
    if at < end { Err(TieredUsageError::TiersExceeded) } else { Ok(TieredUsage { lines, amount: printed }) }
}

fn check_tiers(tiers: &[Tier]) -> Result<(), TieredUsageError> {
    let Some((last, earlier)) = tiers.split_last() else {
        return Err(TieredUsageError::TiersMissing);
    };
    if tiers.len() > TIERS_LIMIT {
        return Err(TieredUsageError::TiersOutOfRange);
    }
    if tiers.iter().any(|tier| tier.price < Decimal::ZERO) {
        return Err(TieredUsageError::PriceNegative);
    }
    let mut reached = Decimal::ZERO;
    for limit in earlier.iter().map(|tier| tier.up_to).chain(last.up_to.map(Some)) {
        match limit {
            Some(limit) if limit > reached => reached = limit,
            _ => return Err(TieredUsageError::TiersNotAscending),
        }
    }
    Ok(())
}

fn check_quantity(quantity: Decimal) -> Result<(), TieredUsageError> {
    if quantity < Decimal::ZERO {
        return Err(TieredUsageError::QuantityNegative);
    }
    if quantity.normalize().scale() > QUANTITY_DECIMALS { Err(TieredUsageError::QuantityTooFine) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn tiers(list: &[(Option<&str>, &str)]) -> Vec<Tier> {
        list.iter().map(|(up_to, price)| Tier { up_to: up_to.map(decimal), price: decimal(price) }).collect()
    }

    fn lines(list: &[(Option<&str>, &str)], used_before: &str, usage: &str) -> Result<String, &'static str> {
        let priced = price(&tiers(list), decimal(used_before), decimal(usage)).map_err(TieredUsageError::code)?;
        let lines: Vec<_> =
            priced.lines.iter().map(|l| format!("{}x{}={}", l.quantity, l.unit_price, l.printed)).collect();
        Ok(format!("{} = {}", lines.join(" + "), priced.amount))
    }

    const WATER: [(Option<&str>, &str); 3] = [(Some("180"), "3.505"), (Some("260"), "4.905"), (None, "8.00")];

    #[test]
    fn limits_are_inclusive_and_printed_lines_foot() {
        assert_eq!(lines(&WATER, "0", "180").unwrap(), "180x3.505=630.90 = 630.90");
        assert_eq!(lines(&WATER, "180", "0.0001").unwrap(), "0.0001x4.905=0.00 = 0.00");
        // 1 × 3.505 = 3.505 → 3.51; with 1 × 4.905 = 8.41, of which 3.51 is printed.
        assert_eq!(lines(&WATER, "179", "2").unwrap(), "1x3.505=3.51 + 1x4.905=4.90 = 8.41");
        assert_eq!(lines(&WATER, "12.50", "0.00").unwrap(), " = 0.00");
    }

    #[test]
    fn refusals_have_names() {
        assert_eq!(lines(&[], "0", "1"), Err("tiers_missing"));
        assert_eq!(lines(&[(Some("10"), "1"), (Some("10"), "2"), (None, "3")], "0", "1"), Err("tiers_not_ascending"));
        assert_eq!(lines(&[(None, "1"), (None, "2")], "0", "1"), Err("tiers_not_ascending"));
        assert_eq!(lines(&[(Some("0"), "1")], "0", "0"), Err("tiers_not_ascending"));
        assert_eq!(lines(&[(Some("10"), "1")], "5", "6"), Err("tiers_exceeded"));
        assert_eq!(lines(&[(None, "-1")], "5", "6"), Err("price_negative"));
        assert_eq!(lines(&WATER, "0", "-1"), Err("quantity_negative"));
        assert_eq!(lines(&WATER, "0.00001", "1"), Err("quantity_too_fine"));
        assert_eq!(lines(&WATER, "0", "79228162514264337593543950335"), Err("amount_out_of_range"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn quantities_sum_to_the_usage_and_lines_to_the_amount(before in 0_i64..4_000_000, usage in 0_i64..4_000_000) {
            let usage = Decimal::new(usage, 4);
            let priced = price(&tiers(&WATER), Decimal::new(before, 4), usage).unwrap();
            prop_assert_eq!(priced.lines.iter().map(|line| line.quantity).sum::<Decimal>(), usage);
            prop_assert_eq!(priced.lines.iter().map(|line| line.printed).sum::<Money>(), priced.amount);
        }
    }
}
