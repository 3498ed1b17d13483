//! How a value of a read model stands in a column: its Postgres type and its binary form.
//!
//! The binary form is the one of `COPY … WITH (FORMAT binary)`, canonical for a value: a rebuild loads these bytes, and
//! the digest of a table is taken over them, from memory as from the database. May never happen here: a float, a rounding.

use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Exact;
use rust_decimal::Decimal;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef, Postgres};
use sqlx::{Decode, Encode, Type};
use std::collections::HashSet;
use std::fmt::{Display, Write};
use std::str::FromStr;
use std::sync::OnceLock;
use uuid::Uuid;

/// A value of one column.
pub trait Column {
    /// The type that Postgres calls it by.
    const SQL: &'static str;
    /// True when it may be absent.
    const NULLABLE: bool = false;

    /// Appends the value with its length, as `COPY` wants it.
    fn put(&self, out: &mut Vec<u8>);

    /// Appends bytes whose order is the order that Postgres sorts the value in; only for columns of a key.
    fn put_ordered(&self, out: &mut Vec<u8>) {
        self.put(out);
    }
}

/// Appends a field of known bytes.
fn field(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&length(bytes.len()).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// A length as the wire has it; every value of a read model is far below the bound.
fn length(bytes: usize) -> i32 {
    i32::try_from(bytes).unwrap_or(i32::MAX)
}

impl Column for Uuid {
    const SQL: &'static str = "uuid";
    fn put(&self, out: &mut Vec<u8>) {
        field(out, self.as_bytes());
    }
}

impl Column for i64 {
    const SQL: &'static str = "int8";
    fn put(&self, out: &mut Vec<u8>) {
        field(out, &self.to_be_bytes());
    }
}

impl Column for i32 {
    const SQL: &'static str = "int4";
    fn put(&self, out: &mut Vec<u8>) {
        field(out, &self.to_be_bytes());
    }
}

impl Column for bool {
    const SQL: &'static str = "bool";
    fn put(&self, out: &mut Vec<u8>) {
        field(out, &[u8::from(*self)]);
    }
}

/// 2000-01-01, the day that Postgres counts from.
const EPOCH: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

impl Column for NaiveDate {
    const SQL: &'static str = "date";
    fn put(&self, out: &mut Vec<u8>) {
        let days = self.signed_duration_since(EPOCH).num_days();
        field(out, &i32::try_from(days).unwrap_or(i32::MAX).to_be_bytes());
    }
}

/// Microseconds from 1970 to 2000.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

impl Column for DateTime<Utc> {
    const SQL: &'static str = "timestamptz";
    fn put(&self, out: &mut Vec<u8>) {
        field(out, &self.timestamp_micros().saturating_sub(EPOCH_MICROS).to_be_bytes());
    }
}

impl Column for String {
    const SQL: &'static str = "text";
    fn put(&self, out: &mut Vec<u8>) {
        field(out, self.as_bytes());
    }
    fn put_ordered(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
        out.push(0);
    }
}

/// A word, code or label of the domain, kept typed and stored as its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Text<T>(pub T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Type<Postgres> for Text<T> {
    fn type_info() -> PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }
    fn compatible(ty: &PgTypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(ty)
    }
}

impl<T> PgHasArrayType for Text<T> {
    fn array_type_info() -> PgTypeInfo {
        <String as PgHasArrayType>::array_type_info()
    }
    fn array_compatible(ty: &PgTypeInfo) -> bool {
        <String as PgHasArrayType>::array_compatible(ty)
    }
}

impl<T: Display> Encode<'_, Postgres> for Text<T> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        write!(Bytes(buffer), "{}", self.0)?;
        Ok(IsNull::No)
    }
}

impl<'r, T> Decode<'r, Postgres> for Text<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(<&str as Decode<'r, Postgres>>::decode(value)?.parse()?))
    }
}

impl<T: Display> Column for Text<T> {
    const SQL: &'static str = "text";
    fn put(&self, out: &mut Vec<u8>) {
        put_text(&self.0, out);
    }
    fn put_ordered(&self, out: &mut Vec<u8>) {
        let mut text = Bytes(out);
        // Writing into memory does not fail.
        let _never = write!(text, "{}\0", self.0);
    }
}

fn put_text<T: Display>(value: &T, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    // Writing into memory does not fail.
    let _never = write!(Bytes(out), "{value}");
    let bytes = length(out.len() - start - 4).to_be_bytes();
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&bytes);
    }
}

/// Text written to bytes without a `String` between.
struct Bytes<'a>(&'a mut Vec<u8>);

impl Write for Bytes<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

impl<C: Column> Column for Option<C> {
    const SQL: &'static str = C::SQL;
    const NULLABLE: bool = true;
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.put(out),
            None => out.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
    }
}

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

/// A civil date as a column.
pub(crate) fn day(date: CivilDate) -> NaiveDate {
    date.naive()
}

/// A count as a column; counts have at most nine digits.
pub(crate) fn count(count: mingzhang_domain::value::Count) -> i32 {
    i32::try_from(count.0).unwrap_or(i32::MAX)
}

/// A position as a column.
pub(crate) fn position(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// A place within an event, counted from 1.
pub(crate) fn ordinal(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX).saturating_add(1)
}

/// An event type that this build knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventType(&'static str);

impl EventType {
    /// Of an event.
    pub fn of(event: &Event) -> Self {
        Self(event.event_type())
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl Display for EventType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// A stored word that this build does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word that this build knows")]
pub struct UnknownWord;

impl FromStr for EventType {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        static TYPES: OnceLock<HashSet<&'static str>> = OnceLock::new();
        let types = TYPES.get_or_init(|| Event::types().into_iter().map(|(_, word, _)| word).collect());
        types.get(text).map(|word| Self(word)).ok_or(UnknownWord)
    }
}

/// Declares the states that rows of a read model go through.
macro_rules! states {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// The word in the column.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::column::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($crate::column::UnknownWord) }
            }
        }
    };
}
pub(crate) use states;

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
