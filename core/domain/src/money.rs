//! Money: exact CNY amounts in fen.
//!
//! May never happen here: a float, a silent rounding, a third decimal. Rounding has one place, [`Money::round`], and
//! one mode, half away from zero.

use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt;
use std::str::FromStr;

/// The largest magnitude that a single amount may have: ten billion yuan less a fen.
const LIMIT_FEN: i64 = 999_999_999_999;

/// An amount in CNY with exactly two decimals; negative amounts exist only where a rule says so (mirrored postings).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

/// An amount that is not one: its text form or its size is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not `-?(0|[1-9]\d*)\.\d\d`, or a negative zero.
    #[error("an amount is written with exactly two decimals, such as 12.30")]
    Malformed,
    /// Beyond ±9,999,999,999.99.
    #[error("the amount is out of range")]
    OutOfRange,
}

/// Where a charge line is rounded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundTo {
    /// 0.01
    #[default]
    Fen,
    /// 0.1
    Jiao,
    /// 1
    Yuan,
}

impl Money {
    /// 0.00
    pub const ZERO: Self = Self(Decimal::from_parts(0, 0, 0, false, 2));

    /// From whole fen.
    pub fn from_fen(fen: i64) -> Self {
        Self(Decimal::new(fen, 2))
    }

    /// Rounds an exact decimal half away from zero, straight to the wanted unit.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] beyond the limit of a single amount.
    pub fn round(exact: Decimal, to: RoundTo) -> Result<Self, MoneyError> {
        let places = match to {
            RoundTo::Fen => 2,
            RoundTo::Jiao => 1,
            RoundTo::Yuan => 0,
        };
        let mut rounded = exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(2);
        Self::bounded(rounded)
    }

    fn bounded(value: Decimal) -> Result<Self, MoneyError> {
        if value.scale() != 2 || value.abs() > Decimal::new(LIMIT_FEN, 2) {
            return Err(MoneyError::OutOfRange);
        }
        // Decimal has a negative zero; money has not.
        Ok(if value.is_zero() { Self::ZERO } else { Self(value) })
    }

    /// The amount as a decimal with two places.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// From a stored two-place decimal (read models).
    ///
    /// # Errors
    /// [`MoneyError`] when it has more than two decimals or is out of range.
    pub fn from_decimal(value: Decimal) -> Result<Self, MoneyError> {
        let mut value = value.normalize();
        if value.scale() > 2 {
            return Err(MoneyError::Malformed);
        }
        value.rescale(2);
        Self::bounded(value)
    }

    /// Whole fen; exact because of the bound.
    pub fn fen(self) -> i64 {
        i64::try_from(self.0.mantissa()).unwrap_or(i64::MAX)
    }

    /// The sum, refused when it leaves the range of a single amount.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).ok_or(MoneyError::OutOfRange).and_then(Self::bounded)
    }

    /// The difference, refused when it leaves the range of a single amount.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.plus(other.negated())
    }

    /// The sum for folds, where every part was checked when it was decided: clamps instead of failing.
    #[must_use]
    pub fn fold(self, other: Self) -> Self {
        let sum = self.0.saturating_add(other.0);
        if sum.is_zero() { Self::ZERO } else { Self(sum) }
    }

    /// The opposite amount.
    #[must_use]
    pub fn negated(self) -> Self {
        if self.0.is_zero() { self } else { Self(-self.0) }
    }

    /// True for 0.00.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// True above 0.00.
    pub fn is_positive(self) -> bool {
        self > Self::ZERO
    }

    /// True below 0.00.
    pub fn is_negative(self) -> bool {
        self < Self::ZERO
    }
}

impl Default for Money {
    /// 0.00; the decimal's own default has no decimals and would be written `0`.
    fn default() -> Self {
        Self::ZERO
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::fold)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (yuan, fen) = digits.split_once('.').ok_or(MoneyError::Malformed)?;
        let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !numeric(yuan) || !numeric(fen) || fen.len() != 2 || (yuan.len() > 1 && yuan.starts_with('0')) {
            return Err(MoneyError::Malformed);
        }
        if yuan.len() > 12 {
            return Err(MoneyError::OutOfRange);
        }
        let value = Decimal::from_str_exact(text).map_err(|_| MoneyError::Malformed)?;
        if value.is_zero() && digits.len() != text.len() {
            return Err(MoneyError::Malformed);
        }
        Self::bounded(value)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The hot path of every body; a sum beyond any amount, or a wanted width, takes the decimal's own.
        match u64::try_from(self.0.mantissa().unsigned_abs()) {
            Ok(fen) if f.width().is_none() => {
                let sign = if self.0.is_sign_negative() { "-" } else { "" };
                write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
            }
            _ => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

crate::wire::serde_as_str!(Money);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_exactly_two_decimals() {
        for good in ["0.00", "12.30", "-0.01", "9999999999.99"] {
            assert_eq!(good.parse::<Money>().unwrap().to_string(), good);
        }
        for bad in ["", "1", "1.0", "1.000", "01.00", "-0.00", "+1.00", "1e2", ".50", "1.", "１.00", " 1.00"] {
            assert_eq!(bad.parse::<Money>(), Err(MoneyError::Malformed), "{bad}");
        }
        assert_eq!("10000000000.00".parse::<Money>(), Err(MoneyError::OutOfRange));
        assert_eq!("99999999999999999999999999999999.00".parse::<Money>(), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        let round = |text: &str, to| Money::round(text.parse().unwrap(), to).unwrap().to_string();
        assert_eq!(round("0.005", RoundTo::Fen), "0.01");
        assert_eq!(round("-0.005", RoundTo::Fen), "-0.01");
        assert_eq!(round("0.0049", RoundTo::Fen), "0.00");
        assert_eq!(round("12.45", RoundTo::Jiao), "12.50");
        assert_eq!(round("12.5", RoundTo::Yuan), "13.00");
    }

    #[test]
    fn sums_stay_in_range() {
        let top = Money::from_fen(LIMIT_FEN);
        assert_eq!(top.plus(Money::from_fen(1)), Err(MoneyError::OutOfRange));
        assert_eq!(top.minus(top), Ok(Money::ZERO));
    }
}
