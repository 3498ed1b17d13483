//! What bill files of both providers have in common: bounded lines, columns by name, exact sums.
//!
//! May never happen here: a whole file in memory, a column by its position, an amount through a float, a file that is taken
//! although its own sums differ from its lines.

use mingzhang_domain::money::Money;
use rust_decimal::Decimal;
use std::io::BufRead;

/// The longest line, bytes.
const LONGEST_LINE: u64 = 16 * 1024;
/// Lines of a file; a day of the largest merchants is far below.
const LINES_LIMIT: u64 = 5_000_000;

/// Why a file is no bill.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    /// It cannot be read on.
    #[error("the file cannot be read at line {0}")]
    Read(u64),
    /// A line or the whole is longer than any bill's.
    #[error("line {0} is longer than a bill's, or there are too many")]
    TooLong(u64),
    /// A text in another encoding.
    #[error("line {0} is not in the encoding of this provider")]
    Encoding(u64),
    /// A column that every such file has.
    #[error("the column {0} is missing")]
    Column(&'static str),
    /// A value that is none of its column.
    #[error("line {line}: {column} is not readable")]
    Value {
        /// Counted from 1.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A line with more or fewer values than the header has.
    #[error("line {0} has another number of values than the header")]
    Width(u64),
    /// The file ends before its summary.
    #[error("the file ends before its summary")]
    Truncated,
    /// The summary says something else than the lines.
    #[error("the lines do not come to what the summary says of {0}")]
    Sum(&'static str),
    /// A line that does not belong into the file.
    #[error("line {0} is of another merchant or of another day")]
    Foreign(u64),
    /// A packed file that is none, or has no bill in it.
    #[error("the file is not packed as this provider packs its bills")]
    Packed,
    /// The bytes are not those that the provider announced.
    #[error("the bytes are not those that the provider announced")]
    Hash,
}

/// Lines of a file, one after another.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
    at: u64,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, at: 0 }
    }

    /// The number of the line that was read last, from 1.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// The next line with its end; none at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, BillError> {
        let mut line = Vec::new();
        let limit = LONGEST_LINE + 1;
        let mut bounded = std::io::Read::take(&mut self.reader, limit);
        let read = bounded.read_until(b'\n', &mut line).map_err(|_| BillError::Read(self.at + 1))?;
        if read == 0 {
            return Ok(None);
        }
        self.at += 1;
        let too_long = u64::try_from(read).unwrap_or(limit) == limit && line.last() != Some(&b'\n');
        if too_long || self.at > LINES_LIMIT { Err(BillError::TooLong(self.at)) } else { Ok(Some(line)) }
    }
}

/// A line without its end.
pub(crate) fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Where columns stand, by name.
#[derive(Debug, Clone)]
pub struct Columns(Vec<String>);

impl Columns {
    pub(crate) fn of(header: &str) -> Self {
        Self(header.split(',').map(clean).map(str::to_owned).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// A column that may be missing.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|column| column == name)
    }

    /// A column that every such file has.
    ///
    /// # Errors
    /// [`BillError::Column`].
    pub fn must(&self, name: &'static str) -> Result<usize, BillError> {
        self.find(name).ok_or(BillError::Column(name))
    }
}

/// A value without what providers put around it.
pub(crate) fn clean(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{a0}')
}

/// A decimal of at most 12 digits before the point and 8 after it.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = clean(text);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let good = |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (good(whole, 12) && good(part, 8)).then(|| text.parse().ok()).flatten()
}

/// An amount of yuan and fen, in whatever way its zeros are written.
pub(crate) fn money(text: &str) -> Option<Money> {
    Money::from_decimal(decimal(text)?).ok()
}
