//! How a value of a read model stands in a column: its Postgres type and its binary form.
//!
//! The binary form is the one of `COPY … WITH (FORMAT binary)`, canonical for a value: a rebuild loads these bytes, and
//! the digest of a table is taken over them, from memory as from the database. May never happen here: a float, a rounding.

pub use crate::decimal::{Amount, Quantity};
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
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
pub(crate) fn length(bytes: usize) -> i32 {
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

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self::from_fen(amount.fen())
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
