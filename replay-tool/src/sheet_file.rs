//! A file for a spreadsheet program, written as the ending of its name says.

use crate::ToolError;
use mingzhang_projections::sheet::{Format, Sheet, UnknownFormat};
use std::path::PathBuf;
use std::str::FromStr;

/// Where a table is written to.
#[derive(Debug, Clone)]
pub(crate) struct SheetFile {
    path: PathBuf,
    format: Format,
}

impl FromStr for SheetFile {
    type Err = UnknownFormat;
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let path = PathBuf::from(text);
        let format = path.extension().and_then(|ending| ending.to_str()).ok_or(UnknownFormat)?.parse()?;
        Ok(Self { path, format })
    }
}

impl SheetFile {
    /// Writes a table.
    ///
    /// # Errors
    /// [`ToolError::Environment`] when the file cannot be written.
    pub(crate) fn write(&self, sheet: &Sheet) -> Result<(), ToolError> {
        let bytes = sheet.file(self.format).map_err(ToolError::environment)?;
        std::fs::write(&self.path, bytes)
            .map_err(|error| ToolError::Environment(format!("{}: {error}", self.path.display())))
    }
}
