//! The parts of an XLSX file as sheets.
//!
//! Our own reader, because the general ones make room for what a file claims (the count of shared texts, the index of a
//! shared formula, a style copied per format): one small upload could end the process. This one keeps only what it has
//! read, and only what a sheet of data needs. Tests hold it against a general reader on real files.

use super::package::{Package, resolve};
use super::workbook::{Cell, Epoch, MAX_CELLS, MAX_ROWS, MAX_SHEETS, Quota, Row, Sheet, Workbook, WorkbookError};
use super::xml::{Node, Xml, attribute};
use chrono::NaiveDate;
use quick_xml::events::BytesStart;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the sheets of one workbook share.
struct Shared {
    texts: Vec<Arc<str>>,
    /// By style index: is a number of this style a date?
    is_date: Vec<bool>,
    epoch: Epoch,
}

/// A relation of a part to another: id, kind (the last step of its type's address), path.
struct Relation {
    id: String,
    kind: String,
    path: String,
}

/// Reads all worksheets.
pub(super) fn read(mut package: Package<'_>) -> Result<Workbook, WorkbookError> {
    let root = relations(&mut package, "", "_rels/.rels")?;
    let book_path = root
        .into_iter()
        .find(|relation| relation.kind == "officeDocument")
        .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.path);
    let (folder, file) = book_path.rsplit_once('/').unwrap_or(("", &book_path));
    let related = relations(&mut package, folder, &resolve(folder, &format!("_rels/{file}.rels")))?;
    let path_of = |kind: &str| related.iter().find(|relation| relation.kind == kind).map(|relation| &relation.path);

    let book = package.part(&book_path)?.ok_or(WorkbookError::Damaged)?;
    let (epoch, tabs) = tabs(&book)?;
    let texts = path_of("sharedStrings").map(|path| package.part(path)).transpose()?.flatten();
    let styles = path_of("styles").map(|path| package.part(path)).transpose()?.flatten();
    let shared = Shared {
        texts: texts.map_or(Ok(Vec::new()), |xml| shared_texts(&xml))?,
        is_date: styles.map_or(Ok(Vec::new()), |xml| super::date_style::by_style(&xml))?,
        epoch,
    };

    let (mut sheets, mut quota) = (Vec::new(), Quota::default());
    for (name, id) in tabs {
        // A tab may also be a chart; it holds no rows.
        let Some(relation) = related.iter().find(|relation| relation.id == id && relation.kind == "worksheet") else {
            continue;
        };
        let xml = package.part(&relation.path)?.ok_or(WorkbookError::Damaged)?;
        sheets.push(Sheet { name, epoch, rows: rows(&xml, &shared, &mut quota)? });
    }
    Workbook { sheets }.with_distinct_sheets()
}

fn relations(package: &mut Package<'_>, folder: &str, path: &str) -> Result<Vec<Relation>, WorkbookError> {
    let Some(text) = package.part(path)? else { return Ok(Vec::new()) };
    let (mut xml, mut found) = (Xml::new(&text), Vec::new());
    while let Some(node) = xml.next_node()? {
        if let Node::Open(tag) = node
            && tag.local_name().as_ref() == "Relationship"
        {
            let (Some(id), Some(kind), Some(target)) =
                (attribute(&tag, "Id")?, attribute(&tag, "Type")?, attribute(&tag, "Target")?)
            else {
                return Err(WorkbookError::Damaged);
            };
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            found.push(Relation { id, kind, path: resolve(folder, &target) });
        }
    }
    Ok(found)
}

/// The epoch and the tabs as `(name, relation id)`.
fn tabs(book: &str) -> Result<(Epoch, Vec<(String, String)>), WorkbookError> {
    let (mut xml, mut epoch, mut tabs) = (Xml::new(book), Epoch::Y1900, Vec::new());
    while let Some(node) = xml.next_node()? {
        let Node::Open(tag) = node else { continue };
        match tag.local_name().as_ref() {
            "workbookPr" if matches!(attribute(&tag, "date1904")?.as_deref(), Some("1" | "true")) => {
                epoch = Epoch::Y1904;
            }
            "sheet" => {
                let (Some(name), Some(id)) = (attribute(&tag, "name")?, attribute(&tag, "id")?) else {
                    return Err(WorkbookError::Damaged);
                };
                tabs.push((name, id));
                if tabs.len() > MAX_SHEETS {
                    return Err(WorkbookError::Sheets);
                }
            }
            _ => {}
        }
    }
    Ok((epoch, tabs))
}

fn shared_texts(part: &str) -> Result<Vec<Arc<str>>, WorkbookError> {
    let (mut xml, mut texts) = (Xml::new(part), Vec::new());
    while let Some(node) = xml.next_node()? {
        if let Node::Open(tag) = node
            && tag.local_name().as_ref() == "si"
        {
            texts.push(Arc::from(rich_text(&mut xml, "si")?));
            if texts.len() > MAX_CELLS {
                return Err(WorkbookError::TooManyCells);
            }
        }
    }
    Ok(texts)
}

/// The text of the runs until the element closes; hints of how to pronounce it (`rPh`) are not text.
fn rich_text(xml: &mut Xml<'_>, until: &str) -> Result<String, WorkbookError> {
    let (mut text, mut hint) = (String::new(), false);
    loop {
        match xml.next_node()?.ok_or(WorkbookError::Damaged)? {
            Node::Open(tag) if tag.local_name().as_ref() == "rPh" => hint = true,
            Node::Close(tag) if tag.local_name().as_ref() == "rPh" => hint = false,
            Node::Open(tag) if tag.local_name().as_ref() == "t" => {
                let run = xml.text_until("t")?;
                if !hint {
                    text.push_str(&run);
                }
            }
            Node::Close(tag) if tag.local_name().as_ref() == until => return Ok(unescape_units(&text)),
            _ => {}
        }
    }
}

/// Undoes `_xHHHH_`, by which the format writes characters that XML cannot hold.
fn unescape_units(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let unit = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        let decoded = unit.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        let (shown, after) = match decoded {
            Some(decoded) => (decoded.to_string(), from.get(7..)),
            None => ("_x".to_owned(), from.get(2..)),
        };
        plain.push_str(&shown);
        rest = after.unwrap_or_default();
    }
    plain + rest
}

/// Rows may stand in any order and may repeat; a repeated cell keeps its last content.
fn rows(part: &str, shared: &Shared, quota: &mut Quota) -> Result<Vec<Row>, WorkbookError> {
    let mut xml = Xml::new(part);
    let mut rows: BTreeMap<u32, BTreeMap<u16, Cell>> = BTreeMap::new();
    let (mut row, mut column, mut seen_data) = (0_u32, 0_usize, false);
    while let Some(node) = xml.next_node()? {
        let Node::Open(tag) = node else { continue };
        match tag.local_name().as_ref() {
            "sheetData" => seen_data = true,
            "row" => {
                row = match attribute(&tag, "r")? {
                    Some(text) => row_number(&text)?,
                    None => row.saturating_add(1),
                };
                column = 0;
            }
            "c" => {
                let mut at = row;
                if let Some(reference) = attribute(&tag, "r")? {
                    (column, at) = position(&reference)?;
                }
                if let Some(cell) = cell(&mut xml, &tag, shared)? {
                    let text = if let Cell::Text(text) | Cell::Number(text) = &cell { Some(&**text) } else { None };
                    let key = quota.take(column, text)?;
                    rows.entry(at).or_default().insert(key, cell);
                    if rows.len() > MAX_ROWS {
                        return Err(WorkbookError::TooManyRows);
                    }
                }
                column = column.saturating_add(1);
            }
            _ => {}
        }
    }
    if !seen_data {
        return Err(WorkbookError::Damaged);
    }
    Ok(rows.into_iter().map(|(number, cells)| Row { number, cells: cells.into_iter().collect() }).collect())
}

/// A row number of a sheet, 1 to 1,048,576.
fn row_number(text: &str) -> Result<u32, WorkbookError> {
    let number = (text.len() <= 7 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten();
    number.filter(|row| (1..=1_048_576).contains(row)).ok_or(WorkbookError::Damaged)
}

/// `AB12` as 0-based column and 1-based row.
fn position(reference: &str) -> Result<(usize, u32), WorkbookError> {
    let split = reference.find(|c: char| !c.is_ascii_alphabetic()).ok_or(WorkbookError::Damaged)?;
    let (letters, digits) = reference.split_at(split);
    if !(1..=3).contains(&letters.len()) {
        return Err(WorkbookError::Damaged);
    }
    let column = letters.bytes().fold(0, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    Ok((column - 1, row_number(digits)?))
}

/// The content of the cell whose tag is open, up to its end.
fn cell(xml: &mut Xml<'_>, tag: &BytesStart<'_>, shared: &Shared) -> Result<Option<Cell>, WorkbookError> {
    let (kind, style) = (attribute(tag, "t")?, attribute(tag, "s")?);
    let (mut value, mut inline, mut formula) = (None, None, false);
    loop {
        match xml.next_node()?.ok_or(WorkbookError::Damaged)? {
            Node::Open(tag) => match tag.local_name().as_ref() {
                "f" => formula = true,
                "v" => value = Some(xml.text_until("v")?),
                "is" => inline = Some(rich_text(xml, "is")?),
                _ => {}
            },
            Node::Close(tag) if tag.local_name().as_ref() == "c" => break,
            Node::Close(_) | Node::Text(_) => {}
        }
    }
    if formula {
        return Ok(Some(Cell::Formula));
    }
    let Some(value) = value else { return Ok(inline.and_then(Cell::text)) };
    Ok(match kind.as_deref() {
        Some("s") => {
            let text = value.trim().parse().ok().and_then(|index: usize| shared.texts.get(index));
            Cell::text(text.ok_or(WorkbookError::Damaged)?.clone())
        }
        Some("inlineStr") => inline.and_then(Cell::text),
        Some("str") => Cell::text(unescape_units(&value)),
        Some("d") => iso_day(&value).map(Cell::Date).or_else(|| Cell::text(value)),
        Some("b") => Cell::text(if value.trim() == "1" { "TRUE" } else { "FALSE" }),
        Some("e") => Some(Cell::Error),
        _ => number(&value, style.as_deref(), shared),
    })
}

fn iso_day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
}

fn number(value: &str, style: Option<&str>, shared: &Shared) -> Option<Cell> {
    if value.trim().is_empty() {
        return None;
    }
    let Some(decimal) = shortest_decimal(value.trim()) else { return Some(Cell::Error) };
    let style = style.and_then(|style| style.parse().ok()).unwrap_or(0_usize);
    let day = if shared.is_date.get(style) == Some(&true) { shared.epoch.day(&decimal) } else { None };
    Some(day.map_or(Cell::Number(decimal.into()), Cell::Date))
}

/// The shortest decimal that names the same binary number: programs write 2.38 as `2.3799999999999999`.
#[expect(clippy::disallowed_types, reason = "spreadsheets keep binary floats; only this decimal text leaves")]
fn shortest_decimal(text: &str) -> Option<String> {
    let value: f64 = text.parse().ok()?;
    let shortest = value.to_string();
    value.is_finite().then(|| if shortest == "-0" { "0".to_owned() } else { shortest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_as_their_shortest_decimal() {
        for (raw, shown) in [("2.3799999999999999", "2.38"), ("1E-3", "0.001"), ("-0", "0"), ("100", "100")] {
            assert_eq!(shortest_decimal(raw).as_deref(), Some(shown));
        }
        assert_eq!(shortest_decimal("nan"), None);
        assert_eq!(shortest_decimal("1e999"), None);
    }

    #[test]
    fn references_are_bounded() {
        assert_eq!(position("A1"), Ok((0, 1)));
        assert_eq!(position("xfd1048576"), Ok((16_383, 1_048_576)));
        for bad in ["", "A", "1", "A0", "AAAA1", "A1048577", "A4294967297", "甲1", "A-1", "A+1"] {
            assert_eq!(position(bad), Err(WorkbookError::Damaged), "{bad}");
        }
    }

    #[test]
    fn escaped_units_become_characters() {
        assert_eq!(unescape_units("a_x000D_b_x003D_c"), "a\rb=c");
        assert_eq!(
            unescape_units("_x005F_x000D_ _xZZZZ_ _x12 _xD800_ _x五六_"),
            "_x000D_ _xZZZZ_ _x12 _xD800_ _x五六_"
        );
    }
}
