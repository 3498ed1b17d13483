//! Tables for people: CSV and XLSX files of what was read.
//!
//! Amounts are exact text in CSV and numbers in XLSX. Nothing in a file is a formula: words of the world are written as
//! text, and text that a spreadsheet program could take for a formula gets a quotation mark in front. May never happen
//! here: personal data, a rounding.

pub mod statement;
pub mod trial_balance;
pub mod words;

use mingzhang_domain::calendar::CivilDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Style, Workbook, Worksheet, XlsxError};
use std::io;
use std::str::FromStr;

/// Most rows of one file; whoever fills a sheet asks for fewer.
pub const MAX_ROWS: u16 = 10_000;
/// 10^13: below it a spreadsheet program, whose numbers have fifteen digits, says an amount to the last fen.
pub(crate) const EXACT: Decimal = Decimal::from_parts(1_316_134_912, 2_328, 0, false, 0);
/// The mark by which spreadsheet programs know UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// A table under headings in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The name of its tab.
    pub name: &'static str,
    /// One per column.
    pub headings: Vec<&'static str>,
    /// As many cells as there are headings, in each.
    pub rows: Vec<Vec<Cell>>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words, of ours or of the world.
    Text(String),
    /// Yuan, with two decimals.
    Amount(Decimal),
    /// A count or a position.
    Number(u64),
    /// A day.
    Date(CivilDate),
}

impl Cell {
    /// Words.
    pub fn text(text: impl std::fmt::Display) -> Self {
        Self::Text(text.to_string())
    }
}

/// What a file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// UTF-8 with its mark, as spreadsheet programs expect it.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// Its word, which is also the ending of file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// No such format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a file is csv or xlsx")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or(UnknownFormat)
    }
}

/// Why a file could not be written; no sheet within its bounds makes it so.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The CSV.
    #[error("the CSV file: {0}")]
    Csv(#[from] csv::Error),
    /// The workbook.
    #[error("the workbook: {0}")]
    Xlsx(#[from] XlsxError),
    /// Its bytes.
    #[error(transparent)]
    Bytes(#[from] io::Error),
}

impl Sheet {
    /// The bytes of a file.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn file(&self, format: Format) -> Result<Vec<u8>, SheetError> {
        match format {
            Format::Csv => self.csv(),
            Format::Xlsx => Ok(self.xlsx()?),
        }
    }

    fn csv(&self) -> Result<Vec<u8>, SheetError> {
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(UTF8_MARK.to_vec());
        out.write_record(&self.headings)?;
        for row in &self.rows {
            out.write_record(row.iter().map(|cell| match cell {
                Cell::Empty => String::new(),
                Cell::Text(text) => neutral(text),
                Cell::Amount(amount) => amount.to_string(),
                Cell::Number(number) => number.to_string(),
                Cell::Date(day) => day.to_string(),
            }))?;
        }
        Ok(out.into_inner().map_err(csv::IntoInnerError::into_error)?)
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut out = Workbook::new();
        // Without a fixed time the writer would ask the clock.
        out.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        let tab = out.add_worksheet().set_name(self.name)?;
        let (bold, amount) = (Style::new().set_bold(), Style::new().set_num_format("#,##0.00"));
        for (column, heading) in (0..).zip(&self.headings) {
            tab.write_string_with_format(0, column, *heading, &bold)?;
            tab.set_column_width(column, 18)?;
        }
        tab.set_freeze_panes(1, 0)?;
        for (row, cells) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                write_cell(tab, (row, column), cell, &amount)?;
            }
        }
        out.save_to_buffer()
    }
}

fn write_cell(tab: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, style: &Style) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            tab.write_string(row, column, neutral(text))?;
        }
        Cell::Amount(amount) => {
            let number = amount.to_f64().filter(|_| amount.abs() < EXACT);
            match number {
                Some(number) => tab.write_number_with_format(row, column, number, style)?,
                None => tab.write_string(row, column, amount.to_string())?,
            };
        }
        Cell::Number(number) => {
            // Beyond what a double counts a number is text, as a day always is: both are exact then.
            match u32::try_from(*number) {
                Ok(number) => tab.write_number(row, column, number)?,
                Err(_) => tab.write_string(row, column, number.to_string())?,
            };
        }
        Cell::Date(day) => {
            tab.write_string(row, column, day.to_string())?;
        }
    }
    Ok(())
}

/// Text that no spreadsheet program takes for a formula, in a cell or after a detour through CSV.
pub fn neutral(text: &str) -> String {
    // What is not seen in front of a sign does not hide it.
    let unseen = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}');
    let risky = text.trim_start_matches(unseen).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let number = text.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    let mark = if (risky && !number) || text.starts_with(['\t', '\r', '\n']) { "'" } else { "" };
    format!("{mark}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What somebody may name a unit, a fee item or a note to do harm to whoever opens the file.
    const HOSTILE: [&str; 18] = [
        "=cmd|' /C calc'!A0",
        "=1+1",
        "+1+1",
        "-1+1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u{3000}=1",
        "\u{feff}=1",
        "\u{200b}@x",
        "＝1+1",
        "＋1",
        "－1+1",
        "＠x",
        "=\"a\",\"b\"\r\n=2",
    ];

    fn sheet(texts: &[&str]) -> Sheet {
        let row = |text: &&str| {
            let amounts = [Decimal::new(-1230, 2), Decimal::new(i64::MAX, 2)].map(Cell::Amount);
            [Cell::text(text)].into_iter().chain(amounts).collect()
        };
        Sheet {
            name: "对账单",
            headings: vec!["事项 Fact", "金额 Amount", "余额 Balance"],
            rows: texts.iter().map(row).collect(),
        }
    }

    #[test]
    fn hostile_text_is_text_in_csv() {
        let bytes = sheet(&HOSTILE).file(Format::Csv).unwrap();
        let text = bytes.strip_prefix(UTF8_MARK).expect("the mark stands in front");
        let mut reader = csv::Reader::from_reader(text);
        assert_eq!(reader.headers().unwrap().get(0), Some("事项 Fact"));
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), HOSTILE.len());
        for (row, hostile) in rows.iter().zip(HOSTILE) {
            assert_eq!(row.get(0), Some(format!("'{hostile}").as_str()));
            assert_eq!((row.get(1), row.get(2)), (Some("-12.30"), Some("92233720368547758.07")), "exact, as it is");
        }
    }

    #[test]
    fn what_is_harmless_is_left_alone() {
        for text in ["1-1-0101", "物业服务费", "-12.30", "a=b", "甲＝乙", "", "A+B", "(1)"] {
            assert_eq!(neutral(text), text);
        }
    }

    #[test]
    fn amounts_of_fifteen_digits_are_numbers() {
        assert_eq!(EXACT.to_string(), "10000000000000");
    }
}
