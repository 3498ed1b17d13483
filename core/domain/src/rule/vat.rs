//! VAT 增值税 inside a tax-inclusive amount: net = round(gross ÷ (1 + rate)), tax = gross − net.
//!
//! May never happen here: a net and a tax that do not sum to the gross. Which rate holds on which day is dated data of the
//! fee item.

use super::quotient::{Quotient, TooLarge};
use crate::money::{Money, RoundTo};
use rust_decimal::Decimal;

/// A tax rate between 0 and 1, such as 0.06; exempt and not taxable amounts have rate 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatRate(Decimal);

/// A tax-inclusive amount in its two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatSplit {
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
}

/// Why an amount cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VatError {
    /// A rate outside 0–1.
    #[error("a tax rate lies between 0 and 1")]
    RateOutOfRange,
    /// A gross below zero.
    #[error("a gross amount must not be negative")]
    AmountNegative,
    /// A step of the computation is out of range.
    #[error("the amount is out of range")]
    AmountOutOfRange,
}

impl VatError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::RateOutOfRange => "rate_out_of_range",
            Self::AmountNegative => "amount_negative",
            Self::AmountOutOfRange => "amount_out_of_range",
        }
    }
}

impl From<TooLarge> for VatError {
    fn from(TooLarge: TooLarge) -> Self {
        Self::AmountOutOfRange
    }
}

impl VatRate {
    /// 0 %
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// From a decimal.
    ///
    /// # Errors
    /// [`VatError::RateOutOfRange`].
    pub fn new(rate: Decimal) -> Result<Self, VatError> {
        if rate < Decimal::ZERO || rate > Decimal::ONE { Err(VatError::RateOutOfRange) } else { Ok(Self(rate)) }
    }

    /// The rate as a decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

/// Splits a tax-inclusive amount.
///
/// # Errors
/// [`VatError`] for a negative or unbounded amount.
pub fn split(gross: Money, rate: VatRate) -> Result<VatSplit, VatError> {
    if gross.is_negative() {
        return Err(VatError::AmountNegative);
    }
    let net = Quotient::of(gross.decimal()).over(Quotient::int(1).plus(Quotient::of(rate.0))?)?.round(RoundTo::Fen)?;
    Ok(VatSplit { net, tax: gross.minus(net).map_err(|_| TooLarge)? })
}

/// What changes when a gross amount changes: split(new) − split(old), so that the parts always foot with what was posted.
///
/// # Errors
/// [`VatError`] as [`split`].
pub fn change(old_gross: Money, new_gross: Money, rate: VatRate) -> Result<VatSplit, VatError> {
    let (old, new) = (split(old_gross, rate)?, split(new_gross, rate)?);
    let minus = |new: Money, old: Money| new.minus(old).map_err(|_| VatError::AmountOutOfRange);
    Ok(VatSplit { net: minus(new.net, old.net)?, tax: minus(new.tax, old.tax)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn rate(text: &str) -> VatRate {
        VatRate::new(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_change_carries_the_difference_of_the_taxes() {
        // round(100.01/1.06) = 94.35, round(50.00/1.06) = 47.17.
        let split = change(money("100.01"), money("50.00"), rate("0.06")).unwrap();
        assert_eq!((split.net, split.tax), (money("-47.18"), money("-2.83")));
    }

    #[test]
    fn no_tax_leaves_the_gross() {
        let split = split(money("12.34"), VatRate::ZERO).unwrap();
        assert_eq!((split.net, split.tax), (money("12.34"), Money::ZERO));
    }

    #[test]
    fn hostile_inputs_are_refused_by_name() {
        for bad in ["-0.01", "1.01", "6"] {
            assert_eq!(VatRate::new(bad.parse().unwrap()).unwrap_err().code(), "rate_out_of_range");
        }
        assert_eq!(split(money("-1.00"), rate("0.06")).unwrap_err().code(), "amount_negative");
        let long = rate("0.0600000000000000000000000001");
        assert_eq!(split(money("9999999999.99"), long).unwrap_err().code(), "amount_out_of_range");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn net_and_tax_foot(gross in 0_i64..=999_999_999_999, rate in 0_i64..=100) {
            let split = split(Money::from_fen(gross), VatRate::new(Decimal::new(rate, 2)).unwrap()).unwrap();
            prop_assert_eq!(split.net.fen() + split.tax.fen(), gross);
            prop_assert!(!split.tax.is_negative());
        }
    }
}
