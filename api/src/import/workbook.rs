//! The neutral model of a workbook: sheets of numbered rows of cells, whatever file they came from.
//!
//! Only cells with content are kept, so a file that claims a billion rows costs what it really holds.

use super::package::{self, Package};
use super::{csv_file, xlsx};
use chrono::NaiveDate;
use std::fmt;
use std::sync::Arc;

/// The largest file that is read, in bytes as uploaded (all parts of a set of CSV files together).
pub const MAX_FILE_BYTES: usize = 8 << 20;
/// The most that a workbook may unpack to, in bytes, over all of its parts.
pub const MAX_UNPACKED_BYTES: u64 = 64 << 20;
/// The most parts (files inside the container) of a workbook.
pub const MAX_PARTS: usize = 1_000;
/// The most sheets of a workbook.
pub const MAX_SHEETS: usize = 32;
/// The most rows with content in one sheet.
pub const MAX_ROWS: usize = 50_000;
/// The most columns; content further right is refused.
pub const MAX_COLUMNS: u16 = 256;
/// The most cells with content in a workbook.
pub const MAX_CELLS: usize = 600_000;
/// The longest text of a cell, in characters; the limit of the spreadsheet programs themselves.
pub const MAX_CELL_CHARS: usize = 32_767;

/// One file as sheets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Workbook {
    /// In the file's order.
    pub sheets: Vec<Sheet>,
}

/// One sheet; rows ascend by number, rows without content are absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// As written on its tab, or the name given to a CSV file.
    pub name: String,
    /// Where serial day numbers start.
    pub epoch: Epoch,
    /// Rows with at least one cell with content.
    pub rows: Vec<Row>,
}

/// Which day the serial number 0 stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Epoch {
    /// 1899-12-30, which makes numbers after February 1900 right.
    #[default]
    Y1900,
    /// 1904-01-01, of old Macintosh files.
    Y1904,
}

/// One row with content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// 1-based, as a spreadsheet program shows it.
    pub number: u32,
    /// `(0-based column, cell)`, ascending, without empty cells.
    pub cells: Vec<(u16, Cell)>,
}

/// What stands in a cell. `Debug` shows the kind only: cells hold personal data.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text as typed, not trimmed, never blank.
    Text(Arc<str>),
    /// A number, as its shortest decimal text without exponent.
    Number(Arc<str>),
    /// A number formatted as a date (its time of day dropped).
    Date(NaiveDate),
    /// A formula, whatever it last evaluated to.
    Formula,
    /// An error value such as `#REF!`.
    Error,
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Number(_) => "Number(…)",
            Self::Date(_) => "Date(…)",
            Self::Formula => "Formula",
            Self::Error => "Error",
        })
    }
}

impl Cell {
    /// A text cell, or nothing when the text is blank.
    pub(super) fn text(text: impl Into<Arc<str>>) -> Option<Self> {
        let text = text.into();
        (!text.trim().is_empty()).then_some(Self::Text(text))
    }
}

impl Epoch {
    /// The day of a serial number, whose fraction (the time of day) is dropped; `None` when it is no day.
    pub(super) fn day(self, serial: &str) -> Option<NaiveDate> {
        let whole = serial.split_once('.').map_or(serial, |(whole, _)| whole);
        let days: u64 = (whole.len() <= 7).then(|| whole.parse().ok()).flatten()?;
        let offset = match self {
            Self::Y1900 => 0,
            Self::Y1904 => 1_462,
        };
        NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(chrono::Days::new(days.checked_add(offset)?))
    }
}

impl Row {
    /// The cell of a 0-based column, if it has content.
    pub fn cell(&self, column: u16) -> Option<&Cell> {
        let index = self.cells.binary_search_by_key(&column, |(at, _)| *at).ok()?;
        self.cells.get(index).map(|(_, cell)| cell)
    }
}

/// One macro writes the list once: variant, code, and what it says in both languages.
macro_rules! workbook_errors {
    ($($(#[$meta:meta])* $variant:ident $code:literal $zh:literal $en:literal)*) => {
        /// A file that cannot be read as a whole. Says the rule, never a cell's text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum WorkbookError { $($(#[$meta])* $variant,)* }

        impl WorkbookError {
            fn describe(self) -> (&'static str, &'static str, &'static str) {
                match self { $(Self::$variant => ($code, $zh, $en),)* }
            }
        }
    };
}

workbook_errors! {
    /// More bytes than [`MAX_FILE_BYTES`].
    FileTooLarge "file_too_large" "文件超过 8 MiB" "the file is larger than 8 MiB"
    /// Unpacks to more than [`MAX_UNPACKED_BYTES`] or has more than [`MAX_PARTS`] parts.
    UnpackedTooLarge "file_unpacks_too_large" "文件解压后超过 64 MiB 或 1,000 个部件" "the workbook unpacks to more than 64 MiB or 1,000 parts"
    /// An `.xls` of before 2007, or protected by a password.
    OldOrProtected "file_old_or_protected" "无法读取旧版 .xls 或带密码的文件，请另存为不带密码的 .xlsx" "an old .xls file or one with a password cannot be read; save it as .xlsx without a password"
    /// Not a workbook, or a damaged one.
    Damaged "file_damaged" "文件已损坏，或不是 .xlsx 文件" "the workbook is damaged or is not an .xlsx file"
    /// More sheets than [`MAX_SHEETS`], two of one name, or none.
    Sheets "file_sheets" "工作表须为 1 至 32 个且名称不重复" "a workbook has 1 to 32 sheets with different names"
    /// More rows than [`MAX_ROWS`].
    TooManyRows "file_too_many_rows" "工作表超过 50,000 行" "a sheet has more than 50,000 rows"
    /// Content right of [`MAX_COLUMNS`].
    TooManyColumns "file_too_many_columns" "第 256 列右侧仍有内容" "a sheet has content right of column 256"
    /// More cells than [`MAX_CELLS`].
    TooManyCells "file_too_many_cells" "文件超过 600,000 个单元格" "the workbook has more than 600,000 cells"
    /// A text longer than [`MAX_CELL_CHARS`].
    CellTooLong "file_cell_too_long" "单元格超过 32,767 个字符" "a cell holds more than 32,767 characters"
    /// A CSV file that is neither UTF-8 nor GBK.
    Encoding "file_encoding" "CSV 文件须为 UTF-8 或 GBK 编码" "a CSV file must be UTF-8 or GBK text"
}

impl WorkbookError {
    /// The stable code of the rule.
    pub fn code(self) -> &'static str {
        self.describe().0
    }

    /// The rule in Chinese.
    pub fn message_zh(self) -> &'static str {
        self.describe().1
    }

    /// The rule in English.
    pub fn message_en(self) -> &'static str {
        self.describe().2
    }
}

impl fmt::Display for WorkbookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message_en())
    }
}

impl std::error::Error for WorkbookError {}

/// Reads what was uploaded, as `(file name, bytes)`: one XLSX file, known by its first bytes, else CSV files that are
/// named like their sheets (`房屋信息.csv`).
///
/// # Errors
/// [`WorkbookError`] when a file as a whole cannot be read or is beyond a bound.
pub fn read_upload(files: &[(&str, &[u8])]) -> Result<Workbook, WorkbookError> {
    if let [(_, bytes)] = files
        && (bytes.starts_with(b"PK") || bytes.starts_with(&package::OLD_FILE_MARK))
    {
        return read_xlsx(bytes);
    }
    let stem = |name: &'_ str| name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned());
    let named: Vec<(String, &[u8])> = files.iter().map(|(name, bytes)| (stem(name), *bytes)).collect();
    read_csv_set(&named.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect::<Vec<_>>())
}

/// Reads one file as it was sent: an XLSX workbook, or a ZIP archive of CSV files that are named like their sheets.
///
/// # Errors
/// [`WorkbookError`] when the file as a whole cannot be read or is beyond a bound.
pub fn read_file(bytes: &[u8]) -> Result<Workbook, WorkbookError> {
    let mut package = Package::open(bytes)?;
    if package.holds("[Content_Types].xml") {
        return xlsx::read(package);
    }
    let files = package.csv_files()?;
    read_csv_set(&files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
}

/// Reads an XLSX file.
///
/// # Errors
/// [`WorkbookError`] when the file as a whole cannot be read or is beyond a bound.
pub fn read_xlsx(bytes: &[u8]) -> Result<Workbook, WorkbookError> {
    xlsx::read(Package::open(bytes)?)
}

/// Reads a set of CSV files, one per sheet, as `(sheet name, bytes)`.
///
/// # Errors
/// [`WorkbookError`] when a file as a whole cannot be read or the set is beyond a bound.
pub fn read_csv_set(files: &[(&str, &[u8])]) -> Result<Workbook, WorkbookError> {
    if files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > MAX_FILE_BYTES {
        return Err(WorkbookError::FileTooLarge);
    }
    if files.len() > MAX_SHEETS {
        return Err(WorkbookError::Sheets);
    }
    let mut quota = Quota::default();
    let sheets = files.iter().map(|(name, bytes)| csv_file::read(name, bytes, &mut quota)).collect::<Result<_, _>>()?;
    Workbook { sheets }.with_distinct_sheets()
}

impl Workbook {
    /// Itself, when it has sheets and their names differ.
    pub(super) fn with_distinct_sheets(self) -> Result<Self, WorkbookError> {
        let names: std::collections::BTreeSet<&str> = self.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let good = !names.is_empty() && names.len() == self.sheets.len() && names.len() <= MAX_SHEETS;
        if good { Ok(self) } else { Err(WorkbookError::Sheets) }
    }
}

/// Cells counted over the sheets of one workbook.
#[derive(Default)]
pub(super) struct Quota {
    cells: usize,
}

impl Quota {
    /// Takes one cell at a 0-based column with so many characters.
    pub(super) fn take(&mut self, column: usize, text: Option<&str>) -> Result<u16, WorkbookError> {
        self.cells += 1;
        if self.cells > MAX_CELLS {
            return Err(WorkbookError::TooManyCells);
        }
        // Bytes first: counting characters is only needed when there could be too many.
        if text.is_some_and(|text| text.len() > MAX_CELL_CHARS && text.chars().count() > MAX_CELL_CHARS) {
            return Err(WorkbookError::CellTooLong);
        }
        u16::try_from(column).ok().filter(|at| *at < MAX_COLUMNS).ok_or(WorkbookError::TooManyColumns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_days_of_their_epoch() {
        let day = |epoch: Epoch, text: &str| epoch.day(text).map(|day| day.to_string());
        assert_eq!(day(Epoch::Y1900, "45292").as_deref(), Some("2024-01-01"));
        assert_eq!(day(Epoch::Y1900, "45292.99").as_deref(), Some("2024-01-01"));
        assert_eq!(day(Epoch::Y1904, "43830").as_deref(), Some("2024-01-01"));
        for bad in ["", "-1", "NaN", "99999999", "1e5", "９"] {
            assert_eq!(day(Epoch::Y1900, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_cell_never_shows_its_text() {
        let cell = Cell::text("110101196812106594").unwrap();
        assert_eq!(format!("{cell:?}"), "Text(…)");
        assert_eq!(Cell::text(" \u{3000}\u{a0}"), None);
    }
}
