//! The container of an XLSX file: a ZIP archive of parts, read with a budget.
//!
//! The sizes that the archive claims are checked before anything is unpacked and are then not believed: what is really
//! unpacked is charged to the same budget, part by part.

use super::workbook::{MAX_FILE_BYTES, MAX_PARTS, MAX_UNPACKED_BYTES, WorkbookError};
use encoding_rs::GBK;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// How a compound file begins: a workbook of before 2007, or one protected by a password.
pub(super) const OLD_FILE_MARK: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// An open container.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Lower-cased path → index: spreadsheet programs ignore case in part names.
    parts: HashMap<String, usize>,
    budget: u64,
}

impl<'a> Package<'a> {
    /// Opens the container and checks what it claims.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, WorkbookError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(WorkbookError::FileTooLarge);
        }
        if bytes.starts_with(&OLD_FILE_MARK) {
            return Err(WorkbookError::OldOrProtected);
        }
        // The archive reader makes room for every entry that the directory claims. Counting the marks first bounds it;
        // the 64-bit directory is for archives far beyond our bounds, and its claims are not.
        let marks = |mark: &[u8]| bytes.windows(4).filter(|window| *window == mark).count();
        if marks(b"PK\x01\x02") > MAX_PARTS {
            return Err(WorkbookError::UnpackedTooLarge);
        }
        if marks(b"PK\x06\x06") > 0 {
            return Err(WorkbookError::Damaged);
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| WorkbookError::Damaged)?;
        let (mut parts, mut claimed) = (HashMap::new(), 0_u64);
        for index in 0..zip.len() {
            let part = zip.by_index_raw(index).map_err(|_| WorkbookError::Damaged)?;
            claimed = claimed.saturating_add(part.size());
            let path = part.name().map_err(|_| WorkbookError::Damaged)?.replace('\\', "/").to_lowercase();
            // Two parts of one name are two readings of one file.
            if parts.insert(path, index).is_some() {
                return Err(WorkbookError::Damaged);
            }
        }
        if claimed > MAX_UNPACKED_BYTES {
            return Err(WorkbookError::UnpackedTooLarge);
        }
        Ok(Self { zip, parts, budget: MAX_UNPACKED_BYTES })
    }

    /// Is there such a part?
    pub(super) fn holds(&self, path: &str) -> bool {
        self.parts.contains_key(&path.to_lowercase())
    }

    /// The CSV files in it, in their order, as `(name without folder and ending, bytes)`. Names are UTF-8 or GBK, as the
    /// archivers of offices write them.
    pub(super) fn csv_files(&mut self) -> Result<Vec<(String, Vec<u8>)>, WorkbookError> {
        let mut files = Vec::new();
        for index in 0..self.zip.len() {
            let part = self.zip.by_index(index).map_err(|_| WorkbookError::Damaged)?;
            let raw = part.name_raw();
            let name = std::str::from_utf8(raw).map_or_else(
                |_| GBK.decode_without_bom_handling_and_without_replacement(raw),
                |name| Some(Cow::Borrowed(name)),
            );
            let name = name.ok_or(WorkbookError::Damaged)?.replace('\\', "/");
            let file = name.rsplit('/').next().unwrap_or_default();
            // Some archivers add a file of their own beside each, whose name begins with a dot.
            let Some((stem, ending)) = file.rsplit_once('.').filter(|(stem, _)| !stem.starts_with('.')) else {
                continue;
            };
            if ending.eq_ignore_ascii_case("csv") {
                let stem = stem.to_owned();
                files.push((stem, take(part, &mut self.budget)?));
            }
        }
        Ok(files)
    }

    /// The text of a part; `None` when there is no such part. Parts must be UTF-8, as every program writes them.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<String>, WorkbookError> {
        let Some(index) = self.parts.get(&path.to_lowercase()) else { return Ok(None) };
        let part = self.zip.by_index(*index).map_err(|_| WorkbookError::Damaged)?;
        let bytes = take(part, &mut self.budget)?;
        // A zero byte is never text, but it is how two-byte encodings look.
        let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or(WorkbookError::Damaged)?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }
}

/// Unpacks a part, at the cost of what really comes out.
fn take(part: impl Read, budget: &mut u64) -> Result<Vec<u8>, WorkbookError> {
    let mut bytes = Vec::new();
    part.take(*budget + 1).read_to_end(&mut bytes).map_err(|_| WorkbookError::Damaged)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    *budget = budget.checked_sub(length).ok_or(WorkbookError::UnpackedTooLarge)?;
    Ok(bytes)
}

/// The path that a target names, seen from a folder: absolute from the root, else relative, `..` resolved.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> =
        if target.starts_with('/') { Vec::new() } else { folder.split('/').filter(|step| !step.is_empty()).collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            name => steps.push(name),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_resolve_inside_the_container() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "../../../etc/./x"), "etc/x");
    }
}
