//! Which kind of file it is, and what was found in it.

use super::columns::{Layout, plain};
use super::community::{CommunityImport, layouts, read_community};
use super::estate::{Estate, named_units};
use super::finding::{Finding, Origin, Rule};
use super::history::{self, HistoryImport, read_history};
use super::openings::{self, OpeningsImport, read_openings};
use super::readings::{self, ReadingsImport, read_readings};
use super::workbook::Workbook;
use mingzhang_domain::value::Code;
use serde::Serialize;
use std::collections::BTreeSet;

/// What a file is about; the sheets that it has say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// A new community.
    Community,
    /// What the old books say on the day before going live.
    Openings,
    /// Payments of the old system, as a memo.
    History,
    /// What meters read.
    Readings,
}

/// What was found in a file.
#[derive(Debug)]
pub enum Found {
    /// Of a new community.
    Community(CommunityImport),
    /// Of openings.
    Openings(OpeningsImport),
    /// Of payment history.
    History(HistoryImport),
    /// Of readings.
    Readings(ReadingsImport),
}

impl ImportKind {
    /// The word of the wire; part of an import's id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Openings => "openings",
            Self::History => "history",
            Self::Readings => "readings",
        }
    }

    /// The kind of a file: a new community's, unless it has the one sheet of another.
    pub fn of(book: &Workbook) -> Self {
        let has = |layout: &Layout| book.sheets.iter().any(|sheet| is(layout, &sheet.name));
        if has(&openings::LAYOUT) {
            Self::Openings
        } else if has(&history::LAYOUT) {
            Self::History
        } else if has(&readings::LAYOUT) {
            Self::Readings
        } else {
            Self::Community
        }
    }

    /// The units that a file names and that must be there already.
    pub fn named_units(self, book: &Workbook) -> BTreeSet<Code> {
        match self {
            Self::Community => BTreeSet::new(),
            Self::Openings => named_units(book, &openings::LAYOUT),
            Self::History => named_units(book, &history::LAYOUT),
            Self::Readings => named_units(book, &readings::LAYOUT),
        }
    }

    /// The meters that a file names, which may be there already.
    pub fn named_meters(self, book: &Workbook) -> BTreeSet<Code> {
        match self {
            Self::Readings => readings::named_meters(book),
            Self::Community | Self::Openings | Self::History => BTreeSet::new(),
        }
    }

    /// Reads a file as one of this kind, in a community that is so.
    pub fn read(self, book: &Workbook, estate: &Estate) -> Found {
        let mut found = match self {
            Self::Community => return Found::Community(read_community(book)),
            Self::Openings => Found::Openings(read_openings(book, estate)),
            Self::History => Found::History(read_history(book, estate)),
            Self::Readings => Found::Readings(read_readings(book, estate)),
        };
        let others = book.sheets.iter().filter(|sheet| self.is_of_other(&sheet.name));
        let rule = Rule::SheetOfOtherImport;
        let whole = |sheet: &str| Finding {
            sheet: sheet.to_owned(),
            row: 0,
            column: String::new(),
            rule,
            origin: Origin::Primary,
        };
        let findings: Vec<Finding> = others.map(|sheet| whole(&sheet.name)).collect();
        match &mut found {
            Found::Community(_) => {}
            Found::Openings(import) => import.findings.extend(findings),
            Found::History(import) => import.findings.extend(findings),
            Found::Readings(import) => import.findings.extend(findings),
        }
        found
    }

    /// True for a sheet of another kind of file: whoever sent both would take it for imported.
    fn is_of_other(self, sheet: &str) -> bool {
        let one: &[&Layout] = match self {
            Self::Community => &[],
            Self::Openings => &[&history::LAYOUT, &readings::LAYOUT],
            Self::History => &[&openings::LAYOUT, &readings::LAYOUT],
            Self::Readings => &[&openings::LAYOUT, &history::LAYOUT],
        };
        one.iter().copied().chain(layouts()).any(|layout| is(layout, sheet))
    }
}

impl Found {
    /// What is wrong.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Community(import) => &import.findings,
            Self::Openings(import) => &import.findings,
            Self::History(import) => &import.findings,
            Self::Readings(import) => &import.findings,
        }
    }
}

fn is(layout: &Layout, sheet: &str) -> bool {
    std::iter::once(&layout.name).chain(layout.aliases).any(|name| plain(name) == plain(sheet))
}

#[cfg(test)]
mod tests {
    use super::super::workbook::read_csv_set;
    use super::*;

    fn kind(names: &[&str]) -> (ImportKind, Vec<String>) {
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, "房屋\n".as_bytes())).collect();
        let book = read_csv_set(&files).unwrap();
        let kind = ImportKind::of(&book);
        let found = kind.read(&book, &Estate::default());
        let others = found.findings().iter().filter(|finding| finding.rule == Rule::SheetOfOtherImport);
        (kind, others.map(|finding| finding.sheet.clone()).collect())
    }

    #[test]
    fn the_sheets_say_what_a_file_is_about_and_two_kinds_do_not_mix() {
        assert_eq!(kind(&["楼栋单元", "业主信息"]), (ImportKind::Community, vec![]));
        assert_eq!(kind(&["期初余额", "填写说明"]), (ImportKind::Openings, vec![]));
        assert_eq!(kind(&["缴费历史"]), (ImportKind::History, vec![]));
        assert_eq!(kind(&["抄表"]), (ImportKind::Readings, vec![]));
        let (found, others) = kind(&["期初余额", "房屋信息", "房屋缴费历史"]);
        assert_eq!((found, others), (ImportKind::Openings, vec!["房屋信息".to_owned(), "房屋缴费历史".to_owned()]));
    }
}
