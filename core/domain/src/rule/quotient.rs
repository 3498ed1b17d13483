//! An exact quotient of integers, so that a rule multiplies first, divides last and rounds once.
//!
//! May never happen here: a rounding that is not asked for, or a wrap. What does not fit 128 bits is [`TooLarge`].

use crate::money::{Money, RoundTo};
use rust_decimal::Decimal;

/// A step of the computation left the range of exact numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// `numer ÷ denom`, with `denom` above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quotient {
    numer: i128,
    denom: i128,
}

impl Quotient {
    /// A decimal as it is.
    pub(crate) fn of(value: Decimal) -> Self {
        // Trailing zeros would only eat range.
        let value = value.normalize();
        Self { numer: value.mantissa(), denom: 10_i128.pow(value.scale()) }
    }

    /// An integer as it is.
    pub(crate) fn int(value: i128) -> Self {
        Self { numer: value, denom: 1 }
    }

    pub(crate) fn times(self, other: Self) -> Result<Self, TooLarge> {
        // Crosswise reduction keeps products of long decimals inside the range.
        let (a, d) = reduced(self.numer, other.denom);
        let (b, c) = reduced(other.numer, self.denom);
        Ok(Self { numer: a.checked_mul(b).ok_or(TooLarge)?, denom: c.checked_mul(d).ok_or(TooLarge)? })
    }

    /// The quotient; a divisor that is not above zero is [`TooLarge`].
    pub(crate) fn over(self, divisor: Self) -> Result<Self, TooLarge> {
        if divisor.numer <= 0 {
            return Err(TooLarge);
        }
        self.times(Self { numer: divisor.denom, denom: divisor.numer })
    }

    pub(crate) fn plus(self, other: Self) -> Result<Self, TooLarge> {
        let common = gcd(self.denom.unsigned_abs(), other.denom.unsigned_abs());
        let common = i128::try_from(common).map_err(|_| TooLarge)?;
        let (left, right) = (other.denom / common, self.denom / common);
        let numer = self
            .numer
            .checked_mul(left)
            .zip(other.numer.checked_mul(right))
            .and_then(|(a, b)| a.checked_add(b))
            .ok_or(TooLarge)?;
        Ok(Self { numer, denom: self.denom.checked_mul(left).ok_or(TooLarge)? })
    }

    /// What is left, or nothing.
    pub(crate) fn less(self, other: Self) -> Result<Self, TooLarge> {
        let left = self.plus(Self { numer: other.numer.checked_neg().ok_or(TooLarge)?, ..other })?;
        Ok(if left.numer < 0 { Self::int(0) } else { left })
    }

    /// Rounds half away from zero to so many decimals.
    pub(crate) fn to_decimal(self, places: u32) -> Result<Decimal, TooLarge> {
        let power = 10_i128.checked_pow(places).ok_or(TooLarge)?;
        let (power, denom) = reduced(power, self.denom);
        let scaled = self.numer.checked_mul(power).ok_or(TooLarge)?;
        Decimal::try_from_i128_with_scale(divide_half_away(scaled, denom), places).map_err(|_| TooLarge)
    }

    /// Rounds half away from zero, straight to the wanted unit.
    pub(crate) fn round(self, to: RoundTo) -> Result<Money, TooLarge> {
        let places = match to {
            RoundTo::Fen => 2,
            RoundTo::Jiao => 1,
            RoundTo::Yuan => 0,
        };
        Money::from_decimal(self.to_decimal(places)?).map_err(|_| TooLarge)
    }
}

fn divide_half_away(numer: i128, denom: i128) -> i128 {
    let (quotient, rest) = (numer / denom, numer % denom);
    // Written so that twice the rest is never formed: it could overflow.
    let up = rest.unsigned_abs() >= denom.unsigned_abs() - rest.unsigned_abs();
    if up && rest != 0 { quotient + rest.signum() } else { quotient }
}

fn reduced(a: i128, b: i128) -> (i128, i128) {
    match i128::try_from(gcd(a.unsigned_abs(), b.unsigned_abs())) {
        Ok(common) if common > 1 => (a / common, b / common),
        _ => (a, b),
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_half_goes_away_from_zero_and_nothing_is_rounded_twice() {
        let third = Quotient::int(1).over(Quotient::int(3)).unwrap();
        assert_eq!(third.to_decimal(4).unwrap().to_string(), "0.3333");
        assert_eq!(Quotient::of(decimal("0.445")).round(RoundTo::Jiao).unwrap().to_string(), "0.40");
        assert_eq!(Quotient::of(decimal("-0.005")).round(RoundTo::Fen).unwrap().to_string(), "-0.01");
        assert_eq!(Quotient::of(decimal("0.5")).round(RoundTo::Yuan).unwrap().to_string(), "1.00");
        assert_eq!(third.plus(Quotient::of(decimal("0.25"))).unwrap().to_decimal(6).unwrap().to_string(), "0.583333");
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let huge = Quotient::of(Decimal::MAX);
        assert_eq!(huge.times(huge).and_then(|e| e.times(huge)), Err(TooLarge));
        assert_eq!(huge.round(RoundTo::Fen), Err(TooLarge));
        assert_eq!(Quotient::int(1).over(Quotient::int(0)), Err(TooLarge));
    }
}
