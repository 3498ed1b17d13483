//! One CSV file as a sheet: UTF-8 with or without mark, or GBK; every cell is text.

use super::workbook::{Cell, Epoch, MAX_ROWS, Quota, Row, Sheet, WorkbookError};
use std::borrow::Cow;

/// Reads one file; `name` is the sheet that it stands for.
pub(super) fn read(name: &str, bytes: &[u8], quota: &mut Quota) -> Result<Sheet, WorkbookError> {
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
    // A row of a sheet may fill several lines of the file, when a cell holds line breaks; and lines without anything
    // are rows too, though the CSV reader passes over them.
    let (mut counted_to, mut lines, mut inner) = (0, 0, 0);
    while reader.read_record(&mut record).map_err(|_| WorkbookError::Encoding)? {
        let at = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(counted_to);
        let blank = text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        lines += text.get(counted_to..at + blank).map_or(0, breaks);
        counted_to = at + blank;
        let number = u32::try_from(1 + lines - inner).map_err(|_| WorkbookError::TooManyRows)?;
        inner += record.iter().map(breaks).sum::<usize>();
        let mut cells = Vec::new();
        for (column, text) in record.iter().enumerate() {
            if let Some(cell) = Cell::text(text) {
                cells.push((quota.take(column, Some(text))?, cell));
            }
        }
        if !cells.is_empty() {
            rows.push(Row { number, cells });
        }
        if rows.len() > MAX_ROWS {
            return Err(WorkbookError::TooManyRows);
        }
    }
    Ok(Sheet { name: name.to_owned(), epoch: Epoch::Y1900, rows })
}

fn breaks(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, WorkbookError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes).ok_or(WorkbookError::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<(u32, Vec<(u16, String)>)> {
        let sheet = read("房屋信息", bytes, &mut Quota::default()).unwrap();
        let text = |cell: Cell| if let Cell::Text(text) = cell { text.to_string() } else { String::new() };
        sheet.rows.into_iter().map(|r| (r.number, r.cells.into_iter().map(|(c, v)| (c, text(v))).collect())).collect()
    }

    #[test]
    fn utf_8_and_gbk_read_alike() {
        let text = "房屋编号,建筑面积\n\n1202,\"94,56\"\n";
        let plain = cells(text.as_bytes());
        assert_eq!(plain[1], (3, vec![(0, "1202".to_owned()), (1, "94,56".to_owned())]));
        assert_eq!(cells(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()), plain);
        assert_eq!(cells(&encoding_rs::GBK.encode(text).0), plain);
    }

    #[test]
    fn a_row_number_counts_rows_not_lines() {
        let rows = cells("a,\"x\r\ny\"\r\nb,\r\n,\r\nc\r\n".as_bytes());
        assert_eq!(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn other_bytes_are_refused() {
        let read = |bytes: &[u8]| read("x", bytes, &mut Quota::default());
        assert_eq!(read(&[0x61, 0xFF, 0xFF, 0x2C]), Err(WorkbookError::Encoding));
        assert_eq!(read("a,".repeat(300).as_bytes()), Err(WorkbookError::TooManyColumns));
    }
}
