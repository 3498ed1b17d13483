//! Which column of a sheet is which, by the text of its heading; their order is free and others may stand between.
//!
//! Offices write explanatory notes to the right of the data and leave blank rows inside: both are passed over.

use super::finding::{Finding, Origin, Rule};
use super::workbook::{Cell, Row, Sheet, Workbook};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// A column that a sheet can have; a `static`, compared by its heading.
pub(super) struct Column {
    /// The heading of the layout.
    pub(super) heading: &'static str,
    /// Other headings seen for the same thing.
    pub(super) aliases: &'static [&'static str],
    /// Must the sheet have it?
    pub(super) required: bool,
}

/// A sheet of the layout.
pub(super) struct Layout {
    /// The name of the layout.
    pub(super) name: &'static str,
    /// Other names seen for the same sheet.
    pub(super) aliases: &'static [&'static str],
    /// Must the file have it?
    pub(super) required: bool,
    /// Its columns.
    pub(super) columns: &'static [&'static Column],
}

/// The heading row is looked for in so many rows with content.
pub(super) const HEADING_ROWS: usize = 20;

/// A sheet whose columns are known.
pub(super) struct Table<'a> {
    /// The sheet.
    pub(super) sheet: &'a Sheet,
    heading_row: u32,
    places: Vec<Place>,
}

/// Where a column stands and what the file calls it.
struct Place {
    column: &'static Column,
    at: u16,
    heading: String,
}

/// Finds a sheet of the layout and its columns; `None` when an optional sheet is absent or anything is amiss, which
/// then stands in the findings.
pub(super) fn table<'a>(book: &'a Workbook, layout: &Layout, findings: &mut Vec<Finding>) -> Option<Table<'a>> {
    let known: Vec<String> = names(layout.name, layout.aliases);
    let mut sheets = book.sheets.iter().filter(|sheet| known.contains(&plain(&sheet.name)));
    let whole =
        |rule| Finding { sheet: layout.name.to_owned(), row: 0, column: String::new(), rule, origin: Origin::Primary };
    let Some(sheet) = sheets.next() else {
        findings.extend(layout.required.then(|| whole(Rule::SheetMissing)));
        return None;
    };
    if sheets.next().is_some() {
        findings.push(whole(Rule::SheetDuplicate));
        return None;
    }
    located(sheet, layout, findings)
}

/// The same for a file with one kind of sheet: the one of that name, else the first.
pub(super) fn leading<'a>(book: &'a Workbook, layout: &Layout, findings: &mut Vec<Finding>) -> Option<Table<'a>> {
    let known: Vec<String> = names(layout.name, layout.aliases);
    let named = book.sheets.iter().find(|sheet| known.contains(&plain(&sheet.name)));
    located(named.or_else(|| book.sheets.first())?, layout, findings)
}

/// The columns of a sheet; `None` when one is missing or there twice, which then stands in the findings.
fn located<'a>(sheet: &'a Sheet, layout: &Layout, findings: &mut Vec<Finding>) -> Option<Table<'a>> {
    let table = Table::locate(sheet, layout);
    let missing = layout.columns.iter().filter(|column| column.required && table.place(column).is_none());
    let mut faults: Vec<Finding> =
        missing.map(|column| table.finding(table.heading_row, column, Rule::ColumnMissing, Origin::Primary)).collect();
    for (index, place) in table.places.iter().enumerate() {
        if table.places.iter().take(index).any(|other| other.column.heading == place.column.heading) {
            faults.push(table.finding(table.heading_row, place.column, Rule::ColumnDuplicate, Origin::Primary));
        }
    }
    let sound = faults.is_empty();
    findings.append(&mut faults);
    sound.then_some(table)
}

impl<'a> Table<'a> {
    /// The heading row is the first of those with the most known headings.
    fn locate(sheet: &'a Sheet, layout: &Layout) -> Self {
        let known =
            |column: &'static Column| names(column.heading, column.aliases).into_iter().map(move |name| (name, column));
        let known: HashMap<String, &'static Column> = layout.columns.iter().flat_map(|column| known(column)).collect();
        let mut best = Self { sheet, heading_row: 1, places: Vec::new() };
        for row in sheet.rows.iter().take(HEADING_ROWS) {
            let places: Vec<Place> = row.cells.iter().filter_map(|(at, cell)| Place::of(&known, *at, cell)).collect();
            if places.len() > best.places.len() {
                best = Self { sheet, heading_row: row.number, places };
            }
        }
        best
    }

    fn place(&self, column: &Column) -> Option<&Place> {
        self.places.iter().find(|place| place.column.heading == column.heading)
    }

    /// Does the sheet have the column?
    pub(super) fn has(&self, column: &Column) -> bool {
        self.place(column).is_some()
    }

    /// The cell of a column in a row.
    pub(super) fn cell<'r>(&self, row: &'r Row, column: &Column) -> Option<&'r Cell> {
        row.cell(self.place(column)?.at)
    }

    /// All columns that the sheet has.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static Column> {
        self.places.iter().map(|place| place.column)
    }

    /// The rows below the headings that have content in a known column.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'a Row> {
        let below = self.sheet.rows.iter().filter(|row| row.number > self.heading_row);
        below.filter(|row| self.places.iter().any(|place| row.cell(place.at).is_some()))
    }

    /// A finding on a cell, under the heading that the file itself uses.
    pub(super) fn finding(&self, row: u32, column: &Column, rule: Rule, origin: Origin) -> Finding {
        let heading = self.place(column).map_or_else(|| column.heading.to_owned(), |place| place.heading.clone());
        Finding { sheet: self.sheet.name.clone(), row, column: heading, rule, origin }
    }
}

impl Place {
    fn of(known: &HashMap<String, &'static Column>, at: u16, cell: &Cell) -> Option<Self> {
        let Cell::Text(text) = cell else { return None };
        // A heading is short; long texts are notes and not worth normalising.
        let wanted = (text.chars().take(65).count() <= 64).then(|| plain(text))?;
        Some(Self { column: known.get(&wanted)?, at, heading: text.trim().to_owned() })
    }
}

fn names(name: &str, aliases: &[&str]) -> Vec<String> {
    std::iter::once(&name).chain(aliases).map(|name| plain(name)).collect()
}

/// A heading or sheet name without what people vary: width, case, spaces, a mark for required columns, a colon.
pub(super) fn plain(text: &str) -> String {
    let folded: String = text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    folded.trim_matches(|c| matches!(c, '*' | ':')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::workbook::read_csv_set;
    use super::*;

    static CODE: Column = Column { heading: "房屋编号", aliases: &["房号"], required: true };
    static AREA: Column = Column { heading: "建筑面积", aliases: &["面积(㎡)"], required: true };
    static FLOOR: Column = Column { heading: "楼层", aliases: &[], required: false };
    static UNITS: Layout =
        Layout { name: "房屋信息", aliases: &["房屋"], required: true, columns: &[&CODE, &AREA, &FLOOR] };

    fn located(csv: &str) -> (Vec<(u32, bool)>, Vec<Finding>) {
        let (book, mut findings) = (read_csv_set(&[("房屋", csv.as_bytes())]).unwrap(), Vec::new());
        let table = table(&book, &UNITS, &mut findings);
        let rows =
            table.iter().flat_map(|table| table.rows().map(|row| (row.number, table.cell(row, &AREA).is_some())));
        (rows.collect(), findings)
    }

    #[test]
    fn order_titles_notes_blank_rows_and_width_are_free() {
        let (rows, findings) =
            located("某小区房屋表\n面积（㎡）,备注, 房 号＊,,说明\n94.5,,1202\n\n,,,,房屋编号 见下\n,,1203\n");
        assert_eq!(findings, []);
        assert_eq!(rows, [(3, true), (6, false)]);
    }

    #[test]
    fn missing_and_repeated_headings_are_findings_on_the_heading_row() {
        let (rows, findings) = located("\n房号,楼层,楼层\n1,2,3\n");
        assert_eq!(rows, []);
        let seen: Vec<_> = findings.iter().map(|f| (f.row, f.column.as_str(), f.rule)).collect();
        assert_eq!(seen, [(2, "建筑面积", Rule::ColumnMissing), (2, "楼层", Rule::ColumnDuplicate)]);
    }

    #[test]
    fn a_missing_sheet_is_a_finding() {
        let mut findings = Vec::new();
        assert!(table(&Workbook::default(), &UNITS, &mut findings).is_none());
        assert_eq!(findings.iter().map(|f| (f.row, f.rule)).collect::<Vec<_>>(), [(0, Rule::SheetMissing)]);
    }
}
