//! The fields of one row: which cells may be read at all, what a finding says about them, is the row still sound.

use super::columns::{Column, Table};
use super::finding::{self, Finding, Origin, Rule};
use super::workbook::{Cell, Epoch, Row};
use chrono::NaiveDate;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A text about a person: it never shows in debug output.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Personal(String);

impl Personal {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the vault and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What a parser is given: no formula, no error, not blank.
pub(super) enum Value<'a> {
    /// Trimmed text.
    Text(&'a str),
    /// A number as decimal text, and the epoch of its sheet.
    Number(&'a str, Epoch),
    /// A date.
    Date(NaiveDate),
}

/// The mark of a field whose finding is written.
pub(super) struct Refused;

/// A parser of one field.
pub(super) type Parser<T> = fn(&Value<'_>) -> Result<T, Rule>;

/// The fields of one row.
pub(super) struct Fields<'t, 'f> {
    table: &'t Table<'t>,
    row: &'t Row,
    findings: &'f mut Vec<Finding>,
    sound: bool,
}

impl<'t, 'f> Fields<'t, 'f> {
    /// Starts a row: formulas, error values and invisible characters are refused in every known column, used or not.
    pub(super) fn of(table: &'t Table<'t>, row: &'t Row, findings: &'f mut Vec<Finding>) -> Self {
        let mut fields = Self { table, row, findings, sound: true };
        for column in table.columns() {
            if let Some(rule) = table.cell(row, column).and_then(forbidden) {
                fields.refuse(column, rule);
            }
        }
        fields
    }

    /// 1-based row number.
    pub(super) fn row(&self) -> u32 {
        self.row.number
    }

    /// Is the row without findings so far?
    pub(super) fn sound(&self) -> bool {
        self.sound
    }

    /// Writes a finding of the row's own.
    pub(super) fn refuse(&mut self, column: &Column, rule: Rule) -> Refused {
        self.sound = false;
        finding::add(self.findings, self.table.finding(self.row.number, column, rule, Origin::Primary));
        Refused
    }

    /// Writes a finding that comes from another row.
    pub(super) fn derive(&mut self, column: &Column, rule: Rule) {
        self.sound = false;
        finding::add(self.findings, self.table.finding(self.row.number, column, rule, Origin::Derived));
    }

    /// A field that may be empty.
    pub(super) fn optional<T>(&mut self, column: &Column, parse: Parser<T>) -> Result<Option<T>, Refused> {
        let Some(cell) = self.table.cell(self.row, column) else { return Ok(None) };
        if forbidden(cell).is_some() {
            return Err(Refused);
        }
        let value = match cell {
            Cell::Text(text) => Value::Text(text.trim()),
            Cell::Number(text) => Value::Number(text, self.table.sheet.epoch),
            Cell::Date(day) => Value::Date(*day),
            Cell::Formula | Cell::Error => return Err(Refused),
        };
        parse(&value).map(Some).map_err(|rule| self.refuse(column, rule))
    }

    /// A field that must be filled.
    pub(super) fn required<T>(&mut self, column: &Column, parse: Parser<T>) -> Result<T, Refused> {
        match self.optional(column, parse)? {
            Some(value) => Ok(value),
            None => Err(self.refuse(column, Rule::Required)),
        }
    }
}

/// What no cell may be, whatever its column.
fn forbidden(cell: &Cell) -> Option<Rule> {
    match cell {
        Cell::Formula => Some(Rule::FormulaNotAllowed),
        Cell::Error => Some(Rule::CellError),
        Cell::Text(text) => {
            let text = text.trim();
            if text.nfkc().next() == Some('=') {
                return Some(Rule::FormulaNotAllowed);
            }
            text.chars().any(is_invisible).then_some(Rule::ControlCharacter)
        }
        Cell::Number(_) | Cell::Date(_) => None,
    }
}

/// Control characters and those that hide or turn text around.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}'..='\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_text_is_refused() {
        let rule = |text: &str| Cell::text(text).and_then(|cell| forbidden(&cell));
        assert_eq!(rule(" =1+1"), Some(Rule::FormulaNotAllowed));
        assert_eq!(rule("＝1+1"), Some(Rule::FormulaNotAllowed));
        assert_eq!(rule("张\u{202e}三"), Some(Rule::ControlCharacter));
        assert_eq!(rule("张\n三"), Some(Rule::ControlCharacter));
        assert_eq!(rule("欧阳·阿卜"), None);
    }

    #[test]
    fn personal_text_stays_out_of_debug_output() {
        assert_eq!(format!("{:?}", Personal::new("张三".into())), "…");
    }
}
