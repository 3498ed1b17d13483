//! Tables for a terminal: words to the left, amounts to the right.

use std::fmt::{self, Display, Write};

/// Columns of text.
#[derive(Debug)]
pub(crate) struct Table {
    words: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With headings; so many columns of words come first.
    pub(crate) fn new(head: &[&str], words: usize) -> Self {
        Self { words, rows: vec![head.iter().map(|text| (*text).to_owned()).collect()] }
    }

    /// One row more.
    pub(crate) fn row(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    fn width(&self, column: usize) -> usize {
        self.rows.iter().filter_map(|row| row.get(column)).map(|text| columns_of(text)).max().unwrap_or_default()
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            let mut line = String::new();
            for (column, text) in row.iter().enumerate() {
                let pad = " ".repeat(self.width(column).saturating_sub(columns_of(text)));
                let (before, after) = if column < self.words { (String::new(), pad) } else { (pad, String::new()) };
                write!(line, "{before}{text}{after}  ")?;
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Columns of a terminal: a Chinese character takes two.
fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum()
}
