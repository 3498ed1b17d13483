//! The file handed back to whoever sent it: their own rows in their own places, the faults marked, and a list of them.
//!
//! It can be repaired and sent again as it is. Nothing in it is a formula: cells are written as text, and text that a
//! spreadsheet program could take for a formula when it is saved and opened again gets a quotation mark in front.
//! It holds what the file held, personal data too: it goes to its sender only and is kept no longer than the upload.

use super::columns::HEADING_ROWS;
use super::finding::{Finding, Origin};
use super::workbook::{Cell, Sheet, Workbook};
use mingzhang_projections::sheet;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// The sheet with the list of findings; a sheet of this name in an upload is an older list and is dropped.
const LIST: &str = "导入问题";
/// Characters of a cell that are handed back; no field of any layout is longer.
const MAX_CHARS: usize = 1_000;

/// Findings of one sheet by row.
type ByRow<'a> = BTreeMap<u32, Vec<&'a Finding>>;

/// Writes the workbook, as the bytes of an XLSX file.
///
/// # Errors
/// [`XlsxError`] when the writer refuses, which no workbook within our bounds makes it do.
pub fn error_workbook(book: &Workbook, findings: &[Finding]) -> Result<Vec<u8>, XlsxError> {
    let mut out = rust_xlsxwriter::Workbook::new();
    // Without a fixed time the writer would ask the clock.
    out.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    write_list(out.add_worksheet().set_name(LIST)?, findings)?;
    let mut names = vec![LIST.to_owned()];
    for (index, sheet) in book.sheets.iter().enumerate().filter(|(_, sheet)| sheet.name != LIST) {
        let mut rows = ByRow::new();
        for finding in findings.iter().filter(|finding| finding.sheet == sheet.name) {
            rows.entry(finding.row).or_default().push(finding);
        }
        let tab = out.add_worksheet();
        tab.set_name(tab_name(&sheet.name, index, &mut names))?;
        write_sheet(tab, sheet, &rows)?;
    }
    out.save_to_buffer()
}

fn write_list(tab: &mut Worksheet, findings: &[Finding]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let headings = ["工作表 Sheet", "行 Row", "列 Column", "规则 Rule", "说明", "Meaning", "来源 Origin"];
    for (column, heading) in (0..).zip(headings) {
        tab.write_string_with_format(0, column, heading, &bold)?;
        tab.set_column_width(column, if (4..6).contains(&column) { 48 } else { 16 })?;
    }
    tab.set_freeze_panes(1, 0)?;
    for (row, finding) in (1..).zip(findings) {
        let place = if finding.row == 0 { String::new() } else { finding.row.to_string() };
        let origin = match finding.origin {
            Origin::Primary => "本行 this row",
            Origin::Derived => "所指的行 the row it points at",
        };
        let (zh, en) = (finding.rule.message_zh(), finding.rule.message_en());
        let cells = [&neutral(&finding.sheet), &place, &neutral(&finding.column), finding.rule.code(), zh, en, origin];
        for (column, text) in (0..).zip(cells) {
            tab.write_string(row, column, text)?;
        }
    }
    Ok(())
}

/// The rows where they were; a refused row is tinted, its faulty cells more so, and says why behind its last column.
fn write_sheet(tab: &mut Worksheet, sheet: &Sheet, findings: &ByRow<'_>) -> Result<(), XlsxError> {
    let plain = Format::new();
    let tinted = Format::new().set_background_color(Color::RGB(0xFF_F2_CC));
    let faulty = Format::new().set_background_color(Color::RGB(0xFF_9C_9C));
    let last = sheet.rows.iter().filter_map(|row| row.cells.last()).map(|(column, _)| *column).max().unwrap_or(0);
    let columns = headings(sheet);
    for row in &sheet.rows {
        let at = row.number.saturating_sub(1);
        let faults = findings.get(&row.number).map_or(&[][..], Vec::as_slice);
        let is_faulty = |column: u16| faults.iter().any(|fault| columns.get(fault.column.as_str()) == Some(&column));
        for (column, cell) in &row.cells {
            let format = match (faults.is_empty(), is_faulty(*column)) {
                (true, _) => &plain,
                (false, true) => &faulty,
                (false, false) => &tinted,
            };
            tab.write_string_with_format(at, *column, shown(cell), format)?;
        }
        for column in faults.iter().filter_map(|fault| columns.get(fault.column.as_str())) {
            if row.cell(*column).is_none() {
                tab.write_blank(at, *column, &faulty)?;
            }
        }
        if !faults.is_empty() {
            let why = |fault: &&Finding| format!("{}：{}", fault.column, fault.rule.message_zh());
            let why = faults.iter().map(why).collect::<Vec<_>>().join("；");
            tab.write_string_with_format(at, last.saturating_add(1), neutral(&why), &tinted)?;
        }
    }
    Ok(())
}

/// Which column a heading stands in, as far down as headings are looked for.
fn headings(sheet: &Sheet) -> BTreeMap<&str, u16> {
    let mut found = BTreeMap::new();
    for (column, cell) in sheet.rows.iter().take(HEADING_ROWS).flat_map(|row| &row.cells) {
        if let Cell::Text(text) = cell {
            found.entry(text.trim()).or_insert(*column);
        }
    }
    found
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => neutral(text),
        Cell::Number(text) => text.chars().take(MAX_CHARS).collect(),
        Cell::Date(day) => day.to_string(),
        Cell::Formula => "（公式 formula）".to_owned(),
        Cell::Error => "（错误值 error value）".to_owned(),
    }
}

/// Text that is no formula, as long as a cell holds.
fn neutral(text: &str) -> String {
    sheet::neutral(text).chars().take(MAX_CHARS).collect()
}

/// A name that a tab may have: at most 31 characters, some forbidden, none twice (case does not tell them apart).
fn tab_name(name: &str, index: usize, taken: &mut Vec<String>) -> String {
    let allowed = name.chars().filter(|c| !c.is_control() && !r"[]:*?/\'".contains(*c)).take(31);
    let name = allowed.collect::<String>().trim().to_owned();
    let unusable = name.is_empty() || taken.contains(&name.to_lowercase()) || name.eq_ignore_ascii_case("history");
    let name = if unusable { format!("Sheet {}", index + 1) } else { name };
    taken.push(name.to_lowercase());
    name
}

#[cfg(test)]
mod tests {
    use super::super::community::read_community;
    use super::super::workbook::{read_csv_set, read_xlsx};
    use super::*;

    const OWNERS: &str = "编号,业主名称,手机号,身份证号\n1,=cmd|' /C calc'!A0,13800138000,\n2,\"+1\",1380013,\n";

    fn text(sheet: &Sheet, row: u32, column: u16) -> Option<String> {
        let cell = sheet.rows.iter().find(|at| at.number == row)?.cell(column)?;
        if let Cell::Text(text) = cell { Some(text.to_string()) } else { None }
    }

    #[test]
    fn rows_keep_their_places_and_say_what_is_wrong() {
        let book = read_csv_set(&[
            ("业主信息", OWNERS.as_bytes()),
            ("楼栋单元", "楼栋号,单元编号\n1,1\n".as_bytes()),
            ("费用设置", "费用编号,收费项目,付费类型,缴费周期,计费起始时间,计算公式,计费单价\n".as_bytes()),
            ("房屋信息", "房屋编号,楼栋编号,单元编号,建筑面积,业主编号,房屋费用,费用开始时间\n".as_bytes()),
        ])
        .unwrap();
        let findings = read_community(&book).findings;
        let back = read_xlsx(&error_workbook(&book, &findings).unwrap()).unwrap();
        let (list, owners) = (&back.sheets[0], &back.sheets[1]);
        assert_eq!(text(list, 2, 3).as_deref(), Some("formula_not_allowed"));
        assert_eq!(text(list, 3, 1).as_deref(), Some("3"));
        assert_eq!(text(owners, 2, 1).as_deref(), Some("'=cmd|' /C calc'!A0"));
        assert_eq!(text(owners, 3, 1).as_deref(), Some("'+1"));
        assert!(text(owners, 3, 4).unwrap().starts_with("手机号："));
        assert_eq!(back.sheets.len(), 5);
    }

    #[test]
    fn tab_names_are_made_fit() {
        let mut taken = vec![];
        assert_eq!(tab_name("a[b]*", 0, &mut taken), "ab");
        assert_eq!(tab_name("AB", 1, &mut taken), "Sheet 2");
        assert_eq!(tab_name("''", 2, &mut taken), "Sheet 3");
        assert_eq!(tab_name(&"甲".repeat(40), 3, &mut taken).chars().count(), 31);
    }
}
