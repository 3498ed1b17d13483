//! Small bounded values that commands and events share: exact decimals, counts, labels, codes, digests.

use crate::rule::formula::MAX_LENGTH;
use rust_decimal::Decimal;
use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// A text that is not the value it should be; says the rule, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not a plain decimal, or more than 18 digits on either side of the point.
    #[error(
        "a decimal is written without exponent, plus sign or trailing zeros, with at most 12 digits before and 8 after the point"
    )]
    Decimal,
    /// Not `0|[1-9]\d*` up to a million million.
    #[error("a whole number from 0 to 999999999")]
    Count,
    /// Empty, too long, or with control characters.
    #[error("1 to 100 characters without control characters")]
    Label,
    /// Not 1–32 of `A-Z 0-9 - _ .`.
    #[error("1 to 32 characters of A-Z, 0-9, '-', '_' and '.'")]
    Code,
    /// Not a letter and up to 31 of `a-z 0-9 _`.
    #[error("1 to 32 characters of a-z, 0-9 and '_', beginning with a letter")]
    Variable,
    /// Empty, too long, or with control characters.
    #[error("1 to 500 characters without control characters")]
    FormulaText,
    /// Not digits with dots between them.
    #[error("1 to 15 characters: digits, with single dots between them")]
    AccountCode,
    /// Not 64 lower-case hexadecimal digits.
    #[error("64 lower-case hexadecimal digits")]
    Digest,
}

/// An exact decimal such as an area, a price or a rate; text without exponent, plus or trailing zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Exact(Decimal);

impl Exact {
    /// From any decimal within bounds.
    ///
    /// # Errors
    /// [`ValueError::Decimal`] beyond 12 digits before or 8 after the point.
    pub fn new(value: Decimal) -> Result<Self, ValueError> {
        let value = value.normalize();
        let fits = value.scale() <= 8 && value.abs() < Decimal::new(1_000_000_000_000, 0);
        if fits { Ok(Self(if value.is_zero() { Decimal::ZERO } else { value })) } else { Err(ValueError::Decimal) }
    }

    /// The decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl FromStr for Exact {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "1"));
        let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        let plain = text.len() <= 24
            && numeric(whole)
            && numeric(part)
            && (whole.len() == 1 || !whole.starts_with('0'))
            && !part.ends_with('0');
        if !plain {
            return Err(ValueError::Decimal);
        }
        let value = Decimal::from_str_exact(text).map_err(|_| ValueError::Decimal)?;
        if value.is_zero() && text != "0" {
            return Err(ValueError::Decimal);
        }
        Self::new(value)
    }
}
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
crate::wire::serde_as_str!(Exact);

/// A whole number that stands in an event's data (as a string).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Count(pub u32);

impl FromStr for Count {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let plain = (text == "0" || !text.starts_with('0')) && text.bytes().all(|b| b.is_ascii_digit());
        if !plain || text.len() > 9 {
            return Err(ValueError::Count);
        }
        text.parse().map(Self).map_err(|_| ValueError::Count)
    }
}
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
crate::wire::serde_as_str!(Count);

/// A name or reason of things (never of people): trimmed, NFC, 1–100 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Label(String);

impl Label {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl Label {
    /// One of our own words.
    pub(crate) fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}
impl FromStr for Label {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let text: String = text.trim().nfc().take(101).collect();
        let good = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if good { Ok(Self(text)) } else { Err(ValueError::Label) }
    }
}
impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
crate::wire::serde_as_str!(Label);

/// A short technical code: ledger codes, unit codes, slip numbers. Trimmed, NFKC, upper-cased.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Code(String);

impl Code {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl FromStr for Code {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        if text.len() > 128 {
            return Err(ValueError::Code);
        }
        let text = crate::id::natural(text);
        let good = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
        if good { Ok(Self(text)) } else { Err(ValueError::Code) }
    }
}
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
crate::wire::serde_as_str!(Code);

/// A code of a customer's chart of accounts: digits, with single dots between groups of them, at most 15 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountCode(String);

impl AccountCode {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// One of our own presets.
    pub(crate) fn fixed(code: &'static str) -> Self {
        Self(code.to_owned())
    }
}
impl FromStr for AccountCode {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
        let good = text.len() <= 15 && text.split('.').all(digits);
        if good { Ok(Self(text.to_owned())) } else { Err(ValueError::AccountCode) }
    }
}
impl fmt::Display for AccountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
crate::wire::serde_as_str!(AccountCode);

/// A name in formulas: of a unit's attribute or of what a price rests on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Variable(String);

impl Variable {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl Borrow<str> for Variable {
    fn borrow(&self) -> &str {
        &self.0
    }
}
impl FromStr for Variable {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let good = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && text.starts_with(|first: char| first.is_ascii_lowercase());
        if good { Ok(Self(text.to_owned())) } else { Err(ValueError::Variable) }
    }
}
impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
crate::wire::serde_as_str!(Variable);

/// The text of a formula; whether it is one says [`crate::rule::formula::Program::compile`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FormulaText(String);

impl FormulaText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl FromStr for FormulaText {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let text = text.trim();
        let good = (1..=MAX_LENGTH).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if good { Ok(Self(text.to_owned())) } else { Err(ValueError::FormulaText) }
    }
}
impl fmt::Display for FormulaText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
crate::wire::serde_as_str!(FormulaText);

/// A SHA-256 or HMAC-SHA-256 value; 64 lower-case hexadecimal digits on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl FromStr for Digest {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let mut bytes = [0; 32];
        let lower = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !lower {
            return Err(ValueError::Digest);
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            let pair = text.get(2 * i..2 * i + 2).ok_or(ValueError::Digest)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ValueError::Digest)?;
        }
        Ok(Self(bytes))
    }
}
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}
impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
crate::wire::serde_as_str!(Digest);
