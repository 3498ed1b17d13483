//! The sample workbooks that offices exchange, when they are at hand: `MINGZHANG_SHARED`, or `shared` beside the
//! workspace. Without them these tests are skipped, visibly; on CI they fail.

use super::community::{CommunityImport, Holder, read_community};
use super::estate::{Estate, KnownUnit};
use super::finding::{Finding, Origin};
use super::readings::read_readings;
use super::workbook::{Cell, Workbook, read_xlsx};
use calamine::{Data, Reader, Xlsx};
use mingzhang_domain::id::{AccountId, UnitId};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::PathBuf;
use uuid::Uuid;

fn sample(name: &str) -> Option<Vec<u8>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("MINGZHANG_SHARED").map_or_else(beside, PathBuf::from);
    match std::fs::read(shared.join("samples").join(name)) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "sample {name} is not at hand: {error}");
            eprintln!("SKIPPED: sample {name} is not at hand; set MINGZHANG_SHARED");
            None
        }
    }
}

fn import(bytes: &[u8]) -> CommunityImport {
    read_community(&read_xlsx(bytes).unwrap())
}

fn expected(grade: &str) -> BTreeSet<(String, u64, String, String)> {
    let json = sample("community-with-errors.expected.json").unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let tuple =
        |f: &serde_json::Value| (text(f, "sheet"), f["row"].as_u64().unwrap(), text(f, "column"), text(f, "rule"));
    json[grade].as_array().unwrap().iter().map(tuple).collect()
}

fn found(findings: &[Finding], origin: Origin) -> BTreeSet<(String, u64, String, String)> {
    let of_origin = findings.iter().filter(|finding| finding.origin == origin);
    of_origin.map(|f| (f.sheet.clone(), f.row.into(), f.column.clone(), f.rule.code().to_owned())).collect()
}

#[test]
fn the_sample_community_is_read_whole() {
    let Some(bytes) = sample("community.xlsx") else { return };
    let CommunityImport { file, findings, questions } = import(&bytes);
    assert_eq!(findings, []);
    assert_eq!((file.units.len(), file.parking_spaces.len(), file.fee_items.len()), (1_167, 290, 3));
    assert_eq!(questions.len(), 3);
    let first = &file.units[0];
    assert_eq!((first.code.as_str(), first.building_area_sqm.to_string().as_str()), ("1-1-101", "133.15"));
    assert_eq!(first.fee_items.len(), 2);
    assert!(file.units.iter().any(|unit| unit.holder == Holder::Developer));
    assert_eq!(file.parking_spaces[0].code.as_str(), "1-C0001");
    for item in &file.fee_items {
        assert_eq!(item.until, Some("2037-01-01".parse().unwrap()));
    }
    assert_eq!(file.fee_items.iter().map(|item| item.for_parking).collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn the_sample_with_errors_yields_exactly_the_expected_findings() {
    let Some(bytes) = sample("community-with-errors.xlsx") else { return };
    let CommunityImport { file, findings, .. } = import(&bytes);
    assert_eq!(found(&findings, Origin::Primary), expected("primary"));
    assert_eq!(found(&findings, Origin::Derived), expected("derived"));
    assert_eq!(findings.len(), expected("primary").len() + expected("derived").len());
    let refused: BTreeSet<u32> = findings.iter().filter(|f| f.sheet == "房屋信息").map(|f| f.row).collect();
    assert!(file.units.iter().all(|unit| !refused.contains(&unit.row)) && !file.units.is_empty());
}

/// Every cell of every sample, read by a general reader too.
#[test]
fn our_reader_agrees_with_a_general_one() {
    for name in [
        "community.xlsx",
        "community-with-errors.xlsx",
        "payment-history.xlsx",
        "meter-readings.xlsx",
        "opening-balances.xlsx",
    ] {
        let Some(bytes) = sample(name) else { return };
        let ours: Workbook = read_xlsx(&bytes).unwrap();
        let mut theirs = Xlsx::new(Cursor::new(&bytes)).unwrap();
        assert_eq!(theirs.sheet_names(), ours.sheets.iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>());
        for sheet in &ours.sheets {
            let range = theirs.worksheet_range(&sheet.name).unwrap();
            let mut seen = 0;
            for row in &sheet.rows {
                for (column, cell) in &row.cells {
                    let value = range.get_value((row.number - 1, u32::from(*column))).unwrap();
                    assert!(same(cell, value), "{name} {} row {} column {column}", sheet.name, row.number);
                    seen += usize::from(!matches!(cell, Cell::Formula));
                }
            }
            let filled = |data: &&Data| !data.to_string().trim().is_empty();
            assert_eq!(range.cells().map(|(_, _, data)| data).filter(filled).count(), seen, "{name}");
        }
    }
}

fn same(ours: &Cell, theirs: &Data) -> bool {
    match (ours, theirs) {
        (Cell::Text(ours), Data::String(theirs)) => **ours == **theirs,
        (Cell::Number(ours), theirs) => theirs.to_string().as_str() == &**ours,
        (Cell::Date(ours), Data::DateTime(theirs)) => theirs.as_datetime().is_some_and(|theirs| theirs.date() == *ours),
        (Cell::Formula, _) => true,
        _ => false,
    }
}

#[test]
fn the_sample_readings_are_read_with_their_faults() {
    let (Some(community), Some(readings)) = (sample("community.xlsx"), sample("meter-readings.xlsx")) else { return };
    let mut estate = Estate::default();
    for unit in import(&community).file.units {
        let id = |n: u32| Uuid::from_u128(n.into());
        let (owner, tenant, developer) = (None, None, None);
        let known = KnownUnit {
            unit: UnitId::from(id(unit.row)),
            account: AccountId::from(id(unit.row)),
            owner,
            tenant,
            developer,
        };
        estate.add_unit(unit.code, known);
    }
    let import = read_readings(&read_xlsx(&readings).unwrap(), &estate);
    let faults: BTreeSet<&str> = import.findings.iter().map(|finding| finding.rule.code()).collect();
    assert!(faults.is_subset(&BTreeSet::from(["replacement_by_hand", "reading_below_last"])), "{faults:?}");
    // Row 52 says 换表; a reading that goes back is a fault of its own.
    assert!(import.findings.iter().any(|finding| (finding.row, finding.column.as_str()) == (52, "备注")));
    assert_eq!((import.lines.len(), import.new_meters()), (400 - import.findings.len(), 400 - import.findings.len()));
}
