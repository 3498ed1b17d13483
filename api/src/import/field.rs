//! One cell → one typed value, or the rule that it breaks.

use super::fields::{Parser, Personal, Value};
use super::finding::Rule;
use super::workbook::Epoch;
use chrono::NaiveDate;
use mingzhang_domain::calendar::{CalendarError, CivilDate};
use mingzhang_domain::value::{Code, Count, Exact, Label};
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

/// Text of up to `MAX` characters, as typed.
pub(super) fn text<const MAX: usize>(value: &Value<'_>) -> Result<String, Rule> {
    let text = match value {
        Value::Text(text) => *text,
        // Spreadsheets keep 15 digits of a number; a longer one is no longer what was typed.
        Value::Number(text, _) if text.bytes().filter(u8::is_ascii_digit).count() > 15 => return Err(Rule::DigitsLost),
        Value::Number(text, _) => text,
        Value::Date(_) => return Err(Rule::TextExpected),
    };
    let within = text.chars().take(MAX + 1).count() <= MAX;
    if within { Ok(text.nfc().collect()) } else { Err(Rule::TooLong) }
}

/// Text about a person, of up to 100 characters.
pub(super) fn personal(value: &Value<'_>) -> Result<Personal, Rule> {
    text::<100>(value).map(Personal::new)
}

/// A name or word of things, never of people.
pub(super) fn label(value: &Value<'_>) -> Result<Label, Rule> {
    text::<100>(value)?.parse().map_err(|_| Rule::TooLong)
}

/// A code: width folded, upper case, 1–10 letters, digits, `-`, `_` and `.`.
pub(super) fn code(value: &Value<'_>) -> Result<Code, Rule> {
    code_without(value, &[])
}

/// A code that others are appended to with `-`, and which therefore holds none: so no two composed codes are alike.
pub(super) fn leading_code(value: &Value<'_>) -> Result<Code, Rule> {
    without_hyphen(code(value)?)
}

/// A building's code: a word for "building" after it is dropped (`3号楼` is 3).
pub(super) fn building_code(value: &Value<'_>) -> Result<Code, Rule> {
    without_hyphen(code_without(value, &["号楼", "栋", "幢", "座", "楼", "号", "#"])?)
}

/// An entrance's code: `2单元` is 2.
pub(super) fn entrance_code(value: &Value<'_>) -> Result<Code, Rule> {
    without_hyphen(code_without(value, &["单元"])?)
}

/// A room's code: `1202室` is 1202.
pub(super) fn room_code(value: &Value<'_>) -> Result<Code, Rule> {
    code_without(value, &["室", "号"])
}

fn without_hyphen(code: Code) -> Result<Code, Rule> {
    if code.as_str().contains('-') { Err(Rule::CodeInvalid) } else { Ok(code) }
}

fn code_without(value: &Value<'_>, endings: &[&str]) -> Result<Code, Rule> {
    let folded: String = text::<40>(value)?.nfkc().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let code = endings.iter().find_map(|ending| folded.strip_suffix(ending)).unwrap_or(&folded);
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    if code.len() > 10 || !code.bytes().all(plain) {
        return Err(Rule::CodeInvalid);
    }
    code.parse().map_err(|_| Rule::CodeInvalid)
}

/// An exact decimal below 10¹² in size, as typed or as the shortest text of its number.
pub(super) fn decimal(value: &Value<'_>) -> Result<Decimal, Rule> {
    let text = match value {
        Value::Text(text) => text.nfkc().take(MAX_DIGITS + 1).collect::<String>(),
        Value::Number(text, _) => text.chars().take(MAX_DIGITS + 1).collect(),
        Value::Date(_) => return Err(Rule::NotANumber),
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !numeric(whole) || !numeric(part) {
        return Err(Rule::NotANumber);
    }
    if whole.trim_start_matches('0').len() > 12 || text.len() > MAX_DIGITS {
        return Err(Rule::OutOfRange);
    }
    // Up to 12 digits before the point; what a number cannot hold after it is too many decimals for every field.
    let exact = Decimal::from_str_exact(&text).map_err(|_| Rule::TooManyDecimals)?.normalize();
    Ok(if exact.is_zero() { Decimal::ZERO } else { exact })
}

/// The longest number that is looked at, in characters.
const MAX_DIGITS: usize = 400;

/// An area in m²: above 0, below 1,000,000, at most 4 decimals.
pub(super) fn area(value: &Value<'_>) -> Result<Exact, Rule> {
    positive(bounded(value, 1_000_000, 4, Rule::MustBePositive)?)
}

/// An area in m² where 0 stands for "not known".
pub(super) fn area_or_none(value: &Value<'_>) -> Result<Option<Exact>, Rule> {
    let area = bounded(value, 1_000_000, 4, Rule::MustNotBeNegative)?;
    Ok((area != Exact::default()).then_some(area))
}

/// A price in CNY per m² and month: not negative, below 1,000,000, at most 6 decimals.
pub(super) fn unit_price(value: &Value<'_>) -> Result<Exact, Rule> {
    bounded(value, 1_000_000, 6, Rule::MustNotBeNegative)
}

/// A price in CNY per unit of quantity: not negative, below 100,000, at most 4 decimals.
pub(super) fn metered_price(value: &Value<'_>) -> Result<Exact, Rule> {
    bounded(value, 100_000, 4, Rule::MustNotBeNegative)
}

/// A quantity that a tier ends at: not negative, below 1,000,000,000, at most 4 decimals.
pub(super) fn quantity(value: &Value<'_>) -> Result<Exact, Rule> {
    bounded(value, 1_000_000_000, 4, Rule::MustNotBeNegative)
}

/// An amount in CNY: not negative, below 1,000,000,000, at most two decimals.
pub(super) fn amount(value: &Value<'_>) -> Result<Exact, Rule> {
    bounded(value, 1_000_000_000, 2, Rule::MustNotBeNegative)
}

/// What a meter shows: not negative, at most eight digits before the point and three after it.
pub(super) fn reading(value: &Value<'_>) -> Result<Exact, Rule> {
    bounded(value, 100_000_000, 3, Rule::MustNotBeNegative)
}

/// Above 0.
pub(super) fn positive(exact: Exact) -> Result<Exact, Rule> {
    if exact > Exact::default() { Ok(exact) } else { Err(Rule::MustBePositive) }
}

/// Not below 0 (else the rule given), below a limit, with at most so many decimals.
fn bounded(value: &Value<'_>, limit: i64, places: u32, floor: Rule) -> Result<Exact, Rule> {
    let exact = decimal(value)?;
    if exact.is_sign_negative() {
        return Err(floor);
    }
    if exact >= Decimal::from(limit) {
        return Err(Rule::OutOfRange);
    }
    if exact.scale() > places {
        return Err(Rule::TooManyDecimals);
    }
    Exact::new(exact).map_err(|_| Rule::OutOfRange)
}

/// A whole number.
pub(super) fn whole(value: &Value<'_>) -> Result<i32, Rule> {
    let exact = decimal(value)?;
    if !exact.fract().is_zero() {
        return Err(Rule::WholeNumberExpected);
    }
    i32::try_from(exact).map_err(|_| Rule::OutOfRange)
}

/// A storey, −9 to 200.
pub(super) fn storey(value: &Value<'_>) -> Result<i32, Rule> {
    Some(whole(value)?).filter(|storey| (-9..=200).contains(storey)).ok_or(Rule::OutOfRange)
}

/// A count from 1 to a most.
pub(super) fn count<const MOST: u32>(value: &Value<'_>) -> Result<Count, Rule> {
    let count = u32::try_from(whole(value)?).ok().filter(|count| (1..=MOST).contains(count));
    count.map(Count).ok_or(Rule::OutOfRange)
}

/// A date: a date cell, a serial day number, or text such as `2024-01-01`, `2024/1/1`, `2024.1.1`, `20240101`,
/// `2024年1月1日`, with or without a time of day.
pub(super) fn date(value: &Value<'_>) -> Result<CivilDate, Rule> {
    let day = match value {
        Value::Date(day) => Some(*day),
        Value::Number(serial, epoch) => epoch.day(serial).or_else(|| written_day(serial)),
        Value::Text(text) => written_day(text),
    };
    CivilDate::from_naive(day.ok_or(Rule::DateInvalid)?).map_err(|error| match error {
        CalendarError::OutOfRange => Rule::DateOutOfRange,
        CalendarError::Malformed | CalendarError::EmptyRange => Rule::DateInvalid,
    })
}

fn written_day(text: &str) -> Option<NaiveDate> {
    let folded: String = text.nfkc().take(40).collect();
    let day = folded.split([' ', 'T']).next()?;
    if day.len() <= 5 && day.bytes().all(|b| b.is_ascii_digit()) {
        return Epoch::Y1900.day(day);
    }
    if let (8, Some(year), Some(month), Some(date)) = (day.len(), day.get(..4), day.get(4..6), day.get(6..))
        && day.bytes().all(|b| b.is_ascii_digit())
    {
        return ymd(year, month, date);
    }
    let day = day.strip_suffix('日').unwrap_or(day);
    let mut parts = day.split(['-', '/', '.', '年', '月']);
    let found = ymd(parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() { None } else { found }
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The most entries of a list parted by `#`.
const MAX_LIST: usize = 20;

/// A list parted by `#`, each entry read by a parser; one cell with a date or number is a list of one.
pub(super) fn list<T>(value: &Value<'_>, parse: Parser<T>) -> Result<Vec<T>, Rule> {
    let Value::Text(text) = value else { return Ok(vec![parse(value)?]) };
    let entries: Vec<&str> = text.split(['#', '＃']).take(MAX_LIST + 1).map(str::trim).collect();
    if entries.len() > MAX_LIST {
        return Err(Rule::TooLong);
    }
    let entry = |entry: &&str| if entry.is_empty() { Err(Rule::Required) } else { parse(&Value::Text(entry)) };
    entries.iter().map(entry).collect()
}

/// One of the known words, compared without width, case and spaces.
pub(super) fn one_of<T: Copy>(value: &Value<'_>, known: &[(&str, T)]) -> Result<T, Rule> {
    let word = super::columns::plain(&text::<40>(value)?);
    known
        .iter()
        .find(|(name, _)| super::columns::plain(name) == word)
        .map(|(_, value)| *value)
        .ok_or(Rule::UnknownValue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Result<String, Rule> {
        date(&Value::Text(text)).map(|day| day.to_string())
    }

    #[test]
    fn dates_in_every_form() {
        let forms =
            ["2024-03-01", "2024/3/1", "2024.3.1", "２０２４年３月１日", "20240301", "45352", "2024-3-1 00:00:00"];
        for form in forms.iter().chain(&["2024-03-01T08:30:00"]) {
            assert_eq!(day(form).as_deref(), Ok("2024-03-01"), "{form}");
        }
        assert_eq!(date(&Value::Number("45352.5", Epoch::Y1900)).map(|d| d.to_string()).as_deref(), Ok("2024-03-01"));
        assert_eq!(date(&Value::Number("20240301", Epoch::Y1900)).map(|d| d.to_string()).as_deref(), Ok("2024-03-01"));
        for bad in ["2024-13-45", "2023-02-29", "24-1-1", "2024-1", "2024-1-1-1", "-1", "1e5", "昨天", "", "+2024-1-1"]
        {
            assert_eq!(day(bad), Err(Rule::DateInvalid), "{bad}");
        }
        assert_eq!(day("1989-12-31"), Err(Rule::DateOutOfRange));
        assert_eq!(day("2101-01-01"), Err(Rule::DateOutOfRange));
        assert_eq!(day("1"), Err(Rule::DateOutOfRange));
    }

    #[test]
    fn numbers_are_exact_and_bounded() {
        let area = |text: &str| area(&Value::Text(text)).map(|area| area.to_string());
        assert_eq!(area("94.560").as_deref(), Ok("94.56"));
        assert_eq!(area("９４．５６").as_deref(), Ok("94.56"));
        assert_eq!(area("九十四点五六"), Err(Rule::NotANumber));
        assert_eq!(area("1e2"), Err(Rule::NotANumber));
        assert_eq!(area("1,000"), Err(Rule::NotANumber));
        assert_eq!(area("-12.5"), Err(Rule::MustBePositive));
        assert_eq!(area("-0"), Err(Rule::MustBePositive));
        assert_eq!(area("0.00"), Err(Rule::MustBePositive));
        assert_eq!(area(&"9".repeat(40)), Err(Rule::OutOfRange));
        assert_eq!(area(&"9".repeat(4_000)), Err(Rule::OutOfRange));
        assert_eq!(area("1000000"), Err(Rule::OutOfRange));
        assert_eq!(area("1.00001"), Err(Rule::TooManyDecimals));
        assert_eq!(area(&format!("1.{}1", "0".repeat(60))), Err(Rule::TooManyDecimals));
        assert_eq!(amount(&Value::Text("36")).map(|a| a.to_string()).as_deref(), Ok("36"));
        assert_eq!(amount(&Value::Text("36.005")), Err(Rule::TooManyDecimals));
    }

    #[test]
    fn codes_fold_width_and_case() {
        assert_eq!(code(&Value::Text(" ｃ０００１ ")), Ok("C0001".parse().unwrap()));
        assert_eq!(building_code(&Value::Text("3号楼")), Ok("3".parse().unwrap()));
        assert_eq!(entrance_code(&Value::Text("2 单元")), Ok("2".parse().unwrap()));
        assert_eq!(room_code(&Value::Text("S1-02室")), Ok("S1-02".parse().unwrap()));
        assert_eq!(building_code(&Value::Text("1-2")), Err(Rule::CodeInvalid));
        for bad in ["甲", "", "号", "12345678901", "A/B"] {
            assert_eq!(code(&Value::Text(bad)), Err(Rule::CodeInvalid), "{bad}");
        }
        assert_eq!(code(&Value::Number("110101196812106590", Epoch::Y1900)), Err(Rule::DigitsLost));
        assert_eq!(code(&Value::Date(NaiveDate::from_ymd_opt(2024, 3, 1).unwrap())), Err(Rule::TextExpected));
    }
}
