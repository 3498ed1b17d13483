//! Reads typed values out of JSON; every way in which a field can be wrong has a code.

use crate::calendar::{CalendarError, CivilDate, DateRange, Month};
use crate::money::{Money, MoneyError};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::str::FromStr;

/// Longest list of an input.
const LIST_LIMIT: usize = 1_000_000;
/// Longest id or code, in bytes.
const ID_LIMIT: usize = 100;
/// Bounds of prices, areas, weights, rates and quantities.
const WHOLE_DIGITS: usize = 12;
const DECIMALS: usize = 8;

/// A refused input by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused(&'static str);

impl Refused {
    pub(super) fn new(code: &'static str) -> Self {
        Self(code)
    }

    pub(super) fn code(self) -> &'static str {
        self.0
    }
}

macro_rules! refused_by {
    ($($error:path),+ $(,)?) => {
        $(impl From<$error> for Refused {
            fn from(error: $error) -> Self {
                Self(error.code())
            }
        })+
    };
}
refused_by!(
    crate::rule::allocation::AllocationError,
    crate::rule::apportionment::ApportionmentError,
    crate::rule::charges::ChargeError,
    crate::rule::figures::FiguresError,
    crate::rule::late_fee::LateFeeError,
    crate::rule::month_parts::MonthPartsError,
    crate::rule::tiered_usage::TieredUsageError,
    crate::rule::vat::VatError,
);

impl From<MoneyError> for Refused {
    fn from(error: MoneyError) -> Self {
        Self(match error {
            MoneyError::Malformed => "amount_malformed",
            MoneyError::OutOfRange => "amount_out_of_range",
        })
    }
}

impl From<CalendarError> for Refused {
    fn from(error: CalendarError) -> Self {
        Self(match error {
            CalendarError::Malformed => "date_malformed",
            CalendarError::OutOfRange => "date_out_of_range",
            CalendarError::EmptyRange => "range_empty",
        })
    }
}

/// The fields of an object, all of them known.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Value, known: &[&str]) -> Result<Self, Refused> {
        let map = value.as_object().ok_or(Refused("input_malformed"))?;
        if map.keys().any(|key| !known.contains(&key.as_str())) {
            return Err(Refused("field_unknown"));
        }
        Ok(Self(map))
    }

    /// Nothing when the field is absent or null.
    pub(super) fn optional(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn required(self, name: &str) -> Result<&'a Value, Refused> {
        self.optional(name).ok_or(Refused("field_missing"))
    }

    pub(super) fn text(self, name: &str) -> Result<&'a str, Refused> {
        text(self.required(name)?)
    }

    /// An id or code: 1–100 characters, none of them a control character.
    pub(super) fn id(self, name: &str) -> Result<&'a str, Refused> {
        id(self.required(name)?)
    }

    pub(super) fn money(self, name: &str) -> Result<Money, Refused> {
        Ok(self.text(name)?.parse::<Money>()?)
    }

    pub(super) fn decimal(self, name: &str) -> Result<Decimal, Refused> {
        decimal(self.text(name)?)
    }

    pub(super) fn date(self, name: &str) -> Result<CivilDate, Refused> {
        Ok(self.text(name)?.parse::<CivilDate>()?)
    }

    pub(super) fn month(self, name: &str) -> Result<Month, Refused> {
        Ok(self.text(name)?.parse::<Month>()?)
    }

    /// `[from, until)`
    pub(super) fn range(self) -> Result<DateRange, Refused> {
        Ok(DateRange::new(self.date("from")?, self.date("until")?)?)
    }

    /// One word of a closed list.
    pub(super) fn word<W: FromStr>(self, name: &str) -> Result<W, Refused> {
        self.text(name)?.parse().map_err(|_| Refused("word_unknown"))
    }

    /// A whole number from 0.
    pub(super) fn count(self, name: &str) -> Result<u32, Refused> {
        count(self.required(name)?)
    }

    /// False when absent.
    pub(super) fn flag(self, name: &str) -> Result<bool, Refused> {
        self.optional(name).map_or(Ok(false), |value| value.as_bool().ok_or(Refused("field_malformed")))
    }

    pub(super) fn list(self, name: &str) -> Result<&'a [Value], Refused> {
        list(self.required(name)?)
    }

    /// Empty when absent.
    pub(super) fn optional_list(self, name: &str) -> Result<&'a [Value], Refused> {
        self.optional(name).map_or(Ok(&[]), list)
    }
}

fn text(value: &Value) -> Result<&str, Refused> {
    value.as_str().ok_or(Refused("field_malformed"))
}

pub(super) fn id(value: &Value) -> Result<&str, Refused> {
    let id = text(value)?;
    let fits = !id.is_empty() && id.len() <= ID_LIMIT && !id.chars().any(char::is_control);
    if fits { Ok(id) } else { Err(Refused("text_malformed")) }
}

fn count(value: &Value) -> Result<u32, Refused> {
    let number = value.as_i64().ok_or(Refused("number_malformed"))?;
    u32::try_from(number).map_err(|_| Refused("number_out_of_range"))
}

fn list(value: &Value) -> Result<&[Value], Refused> {
    let list = value.as_array().ok_or(Refused("field_malformed"))?;
    if list.len() > LIST_LIMIT { Err(Refused("list_too_long")) } else { Ok(list) }
}

/// A plain decimal: no exponent, no plus, trailing zeros allowed.
fn decimal(text: &str) -> Result<Decimal, Refused> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(whole) || !numeric(part) || (whole.len() > 1 && whole.starts_with('0')) {
        return Err(Refused("decimal_malformed"));
    }
    if whole.len() > WHOLE_DIGITS || part.trim_end_matches('0').len() > DECIMALS || part.len() > WHOLE_DIGITS {
        return Err(Refused("decimal_out_of_range"));
    }
    Decimal::from_str_exact(text).map_err(|_| Refused("decimal_malformed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn decimals_are_plain_and_bounded() {
        assert_eq!(decimal("3.50").unwrap().to_string(), "3.50");
        assert!(decimal("0").is_ok() && decimal("-0.001").is_ok() && decimal("1.2345678000").is_ok());
        for bad in ["", "-", ".5", "5.", "+1", "1e3", "01", "１", "1 ", "0x1", "NaN", "1,000"] {
            assert_eq!(decimal(bad).unwrap_err().code(), "decimal_malformed", "{bad}");
        }
        for bad in ["1000000000000", "0.123456789", &"9".repeat(100_000)] {
            assert_eq!(decimal(bad).unwrap_err().code(), "decimal_out_of_range");
        }
    }

    #[test]
    fn each_wrong_field_has_its_code() {
        let input = json!({ "a": 1.5, "b": "1.234", "c": "2026-02-30", "d": -1, "e": null, "f": "1989-12-31", "g": 12, "h": "a\u{7}" });
        let fields = Fields::of(&input, &["a", "b", "c", "d", "e", "f", "g", "h"]).unwrap_or_else(|_| unreachable!());
        assert_eq!(fields.money("a").unwrap_err().code(), "field_malformed");
        assert_eq!(fields.money("g").unwrap_err().code(), "field_malformed");
        assert_eq!(fields.money("b").unwrap_err().code(), "amount_malformed");
        assert_eq!(fields.date("c").unwrap_err().code(), "date_malformed");
        assert_eq!(fields.date("f").unwrap_err().code(), "date_out_of_range");
        assert_eq!(fields.count("d").unwrap_err().code(), "number_out_of_range");
        assert_eq!(fields.count("a").unwrap_err().code(), "number_malformed");
        assert_eq!(fields.id("h").unwrap_err().code(), "text_malformed");
        assert_eq!(fields.text("e").unwrap_err().code(), "field_missing");
        assert_eq!(Fields::of(&input, &["a"]).map(|_| ()).unwrap_err().code(), "field_unknown");
    }
}
