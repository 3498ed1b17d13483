//! Decimals of the read models: amounts with two places, quantities with as many as they have, and Postgres' form of both.
//!
//! May never happen here: a float, a rounding.

use crate::column::{Column, length};
use mingzhang_domain::money::Money;
use mingzhang_domain::value::Exact;
use rust_decimal::Decimal;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef, Postgres};
use sqlx::{Decode, Encode, Type};
use std::fmt::Display;

/// Yuan with two decimals, `numeric(16,2)`; a sum of amounts may exceed what a single amount may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

impl Amount {
    /// 0.00
    pub const ZERO: Self = Self(0);

    /// Whole fen.
    pub fn fen(self) -> i64 {
        self.0
    }

    /// From whole fen.
    pub fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// As a decimal with two places.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// Adds an amount. The column's bound stands far below the type's, so what saturates is refused when it is written.
    pub fn add(&mut self, amount: impl Into<Self>) {
        self.0 = self.0.saturating_add(amount.into().0);
    }

    /// Takes an amount off.
    pub fn take(&mut self, amount: impl Into<Self>) {
        self.0 = self.0.saturating_sub(amount.into().0);
    }

    /// The opposite amount.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self(money.fen())
    }
}

impl Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fen = self.0.unsigned_abs();
        write!(f, "{}{}.{:02}", if self.0 < 0 { "-" } else { "" }, fen / 100, fen % 100)
    }
}

impl Column for Amount {
    const SQL: &'static str = "numeric";
    fn put(&self, out: &mut Vec<u8>) {
        put_numeric(i128::from(self.0), 2, out);
    }
}

/// An exact decimal such as an area, a price or a rate: `numeric` without a fixed scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(pub Exact);

impl Column for Quantity {
    const SQL: &'static str = "numeric";
    fn put(&self, out: &mut Vec<u8>) {
        let value = self.0.decimal();
        put_numeric(value.mantissa(), value.scale(), out);
    }
}

/// Postgres' own form of a decimal: groups of four digits around the point, without leading or trailing groups of zeros.
fn put_numeric(mantissa: i128, scale: u32, out: &mut Vec<u8>) {
    let unit = 10_u128.pow(scale);
    let value = mantissa.unsigned_abs();
    let (whole, fraction) = (value / unit, value % unit);
    let mut groups: Vec<i16> = Vec::with_capacity(8);
    let mut rest = whole;
    while rest > 0 {
        groups.push(group(rest % 10_000));
        rest /= 10_000;
    }
    groups.reverse();
    let mut weight = i16::try_from(groups.len()).unwrap_or(i16::MAX).saturating_sub(1);
    let mut rest = fraction;
    while rest > 0 {
        // A fraction below one times ten thousand is the next group; the scale is at most 28, so this fits.
        groups.push(group(rest * 10_000 / unit));
        rest = rest * 10_000 % unit;
    }
    let leading = groups.iter().take_while(|digit| **digit == 0).count();
    let trailing = groups.iter().rev().take_while(|digit| **digit == 0).count();
    let kept = groups.get(leading..groups.len().saturating_sub(trailing).max(leading)).unwrap_or_default();
    weight = if kept.is_empty() { 0 } else { weight.saturating_sub(i16::try_from(leading).unwrap_or(i16::MAX)) };
    let sign: u16 = if mantissa < 0 { 0x4000 } else { 0 };
    out.extend_from_slice(&length(8 + 2 * kept.len()).to_be_bytes());
    out.extend_from_slice(&i16::try_from(kept.len()).unwrap_or(i16::MAX).to_be_bytes());
    out.extend_from_slice(&weight.to_be_bytes());
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&u16::try_from(scale).unwrap_or(u16::MAX).to_be_bytes());
    for digits in kept {
        out.extend_from_slice(&digits.to_be_bytes());
    }
}

/// Four digits as Postgres counts them.
fn group(digits: u128) -> i16 {
    i16::try_from(digits).unwrap_or(i16::MAX)
}

macro_rules! sqlx_as_decimal {
    ($type:ty, $to:expr, $from:expr) => {
        impl Type<Postgres> for $type {
            fn type_info() -> PgTypeInfo {
                <Decimal as Type<Postgres>>::type_info()
            }
        }
        impl PgHasArrayType for $type {
            fn array_type_info() -> PgTypeInfo {
                <Decimal as PgHasArrayType>::array_type_info()
            }
        }
        impl Encode<'_, Postgres> for $type {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let to: fn($type) -> Decimal = $to;
                <Decimal as Encode<'_, Postgres>>::encode_by_ref(&to(*self), buffer)
            }
        }
        impl<'r> Decode<'r, Postgres> for $type {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                let from: fn(Decimal) -> Result<$type, BoxDynError> = $from;
                from(<Decimal as Decode<'r, Postgres>>::decode(value)?)
            }
        }
    };
}

sqlx_as_decimal!(Amount, Amount::decimal, |value| {
    let mut value = value;
    value.rescale(2);
    Ok(Amount(i64::try_from(value.mantissa())?))
});
sqlx_as_decimal!(Quantity, |quantity| quantity.0.decimal(), |value| Ok(Quantity(Exact::new(value)?)));

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(fen: i64) -> Vec<i16> {
        let mut out = Vec::new();
        Amount(fen).put(&mut out);
        out[4..].chunks(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]])).collect()
    }

    /// Groups, weight, sign, scale, digits: as `SELECT numeric_send(…)` prints them.
    #[test]
    fn a_numeric_has_the_form_that_postgres_sends() {
        assert_eq!(numeric(0), [0, 0, 0, 2]);
        assert_eq!(numeric(1), [1, -1, 0, 2, 100]);
        assert_eq!(numeric(12_345_600), [2, 1, 0, 2, 12, 3456]);
        assert_eq!(numeric(-1_00), [1, 0, 0x4000, 2, 1]);
        assert_eq!(numeric(100_000_000), [1, 1, 0, 2, 100]);
        assert_eq!(numeric(123_456_789), [3, 1, 0, 2, 123, 4567, 8900]);
    }

    #[test]
    fn an_amount_is_written_with_two_decimals() {
        assert_eq!(Amount(-5).to_string(), "-0.05");
        assert_eq!(Amount(123_450).to_string(), "1234.50");
    }
}
