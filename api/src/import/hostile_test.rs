//! Bytes that mean harm: bombs, false claims, damage, texts where numbers belong. Each is refused or read, in bounded
//! memory and time, and never panics; nothing that a cell says gets out by the side.

use super::community::{CommunityImport, read_community};
use super::demo_community::DemoCommunity;
use super::error_workbook::error_workbook;
use super::finding::{MAX_FINDINGS, Rule};
use super::workbook::{Cell, MAX_FILE_BYTES, Workbook, WorkbookError, read_csv_set, read_upload, read_xlsx};
use proptest::prelude::*;
use std::io::{Cursor, Read, Write};
use std::sync::OnceLock;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const BOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships>
    <Relationship Id="a" Type="x/worksheet" Target="sheet.xml"/>
    <Relationship Id="b" Type="x/sharedStrings" Target="texts.xml"/>
    <Relationship Id="c" Type="x/styles" Target="/xl/styles.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in parts {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet with this inside of `sheetData`, and these shared texts.
fn book_with(rows: &str, texts: &str) -> Result<Workbook, WorkbookError> {
    let sheet = format!(r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#);
    read_xlsx(&package(&[
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/texts.xml", texts.as_bytes()),
        ("xl/sheet.xml", sheet.as_bytes()),
    ]))
}

fn cells(rows: &str) -> Result<Vec<Cell>, WorkbookError> {
    let texts =
        r#"<sst uniqueCount="99999999999999"><si><t>甲</t></si><si><r><t>乙</t></r><rPh><t>x</t></rPh></si></sst>"#;
    let book = book_with(rows, texts)?;
    Ok(book.sheets.iter().flat_map(|sheet| &sheet.rows).flat_map(|row| &row.cells).map(|(_, c)| c.clone()).collect())
}

/// A small sound workbook to damage.
fn sound() -> &'static [u8] {
    static SOUND: OnceLock<Vec<u8>> = OnceLock::new();
    let demo = DemoCommunity { seed: 5, units: 8, from: "2024-11-01".parse().unwrap() };
    SOUND.get_or_init(|| demo.workbook().unwrap())
}

fn parts_of(workbook: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let part = |index| {
        let mut part = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        (part.name().unwrap().into_owned(), bytes)
    };
    (0..zip::ZipArchive::new(Cursor::new(workbook)).unwrap().len()).map(part).collect()
}

#[test]
fn what_a_file_claims_is_not_believed() {
    let text = |text: &str| Cell::text(text).unwrap();
    assert_eq!(
        cells(r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c></row>"#),
        Ok(vec![text("甲"), text("乙")])
    );
    let shared = r#"<row><c r="A1"><f t="shared" si="4294967296" ref="A1:XFD1048576">1+1</f><v>2</v></c></row>"#;
    assert_eq!(cells(shared), Ok(vec![Cell::Formula]));
    assert_eq!(cells(r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#), Ok(vec![Cell::Number("1".into())]));
    for claim in [
        r#"<row r="1000000000"><c><v>1</v></c></row>"#,
        r#"<row><c r="A4294967297"><v>1</v></c></row>"#,
        r#"<row><c r="AAAAAAAAAAAA1"><v>1</v></c></row>"#,
        r#"<row><c t="s"><v>2</v></c></row>"#,
        r#"<row><c t="s"><v>-1</v></c></row>"#,
    ] {
        assert_eq!(cells(claim), Err(WorkbookError::Damaged), "{claim}");
    }
}

#[test]
fn odd_serial_numbers_are_numbers_or_faults() {
    for (value, kind) in [
        ("45292", "Date(…)"),
        ("0.5", "Date(…)"),
        ("-1", "Number(…)"),
        ("1e308", "Number(…)"),
        ("99999999", "Number(…)"),
        ("NaN", "Error"),
        ("1e999", "Error"),
        ("nonsense", "Error"),
    ] {
        let row = format!(r#"<row r="1"><c r="A1" s="1"><v>{value}</v></c></row>"#);
        assert_eq!(format!("{:?}", cells(&row).unwrap()), format!("[{kind}]"), "{value}");
    }
    assert_eq!(cells(r#"<row><c s="99999999999"><v>1</v></c></row>"#), Ok(vec![Cell::Number("1".into())]));
}

#[test]
fn every_bound_is_kept() {
    let row = |cell: &str| format!(r#"<row r="1">{cell}</row>"#);
    assert_eq!(cells(&row(r#"<c r="IW1"><v>1</v></c>"#)), Err(WorkbookError::TooManyColumns));
    assert_eq!(cells(&row(r#"<c r="XFD1" s="1"/>"#)), Ok(vec![]));
    let long = format!(r#"<c t="inlineStr"><is><t>{}</t></is></c>"#, "长".repeat(32_768));
    assert_eq!(cells(&row(&long)), Err(WorkbookError::CellTooLong));
    assert_eq!(cells(&"<row><c><v>1</v></c></row>".repeat(50_001)), Err(WorkbookError::TooManyRows));
    let wide = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(256));
    assert_eq!(cells(&wide.repeat(2_344)), Err(WorkbookError::TooManyCells));
    let big = vec![b'a'; MAX_FILE_BYTES + 1];
    assert_eq!(read_xlsx(&big), Err(WorkbookError::FileTooLarge));
    assert_eq!(read_csv_set(&[("a", &big)]), Err(WorkbookError::FileTooLarge));
    assert_eq!(read_csv_set(&[("a", b"x"), ("a", b"x")]), Err(WorkbookError::Sheets));
    assert_eq!(read_csv_set(&[]), Err(WorkbookError::Sheets));
}

#[test]
fn a_bomb_is_refused_by_its_claim_and_without_it() {
    let blanks = vec![b' '; 65 << 20];
    let mut bomb = package(&[("xl/workbook.xml", &blanks)]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read_xlsx(&bomb), Err(WorkbookError::UnpackedTooLarge));
    // The directory now claims 16 bytes; what comes out is counted all the same.
    let size = u32::try_from(blanks.len()).unwrap().to_le_bytes();
    for at in 0..bomb.len() - 4 {
        if bomb[at..at + 4] == size {
            bomb[at..at + 4].copy_from_slice(&16_u32.to_le_bytes());
        }
    }
    let refused = read_xlsx(&bomb).unwrap_err();
    assert!(matches!(refused, WorkbookError::UnpackedTooLarge | WorkbookError::Damaged));
}

#[test]
fn odd_containers_are_refused() {
    let names: Vec<String> = (0..1_001).map(|index| format!("p{index}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(read_xlsx(&package(&parts)), Err(WorkbookError::UnpackedTooLarge));
    assert_eq!(read_xlsx(&package(&[("a.xml", b""), ("A.xml", b"")])), Err(WorkbookError::Damaged));
    assert_eq!(read_upload(&[("a.xls", b"\xD0\xCF\x11\xE0....")]), Err(WorkbookError::OldOrProtected));
    for bytes in [&b""[..], b"PK", b"PK\x03\x04", b"PK\x05\x06"] {
        assert_eq!(read_xlsx(bytes), Err(WorkbookError::Damaged));
    }
    let entity = r#"<!DOCTYPE a [<!ENTITY b "bb">]><workbook/>"#;
    assert_eq!(read_xlsx(&package(&[("xl/workbook.xml", entity.as_bytes())])), Err(WorkbookError::Damaged));
    let wide: Vec<u8> = BOOK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_xlsx(&package(&[("xl/workbook.xml", &wide)])), Err(WorkbookError::Damaged));
    assert_eq!(read_xlsx(&package(&[("xl/workbook.xml", BOOK.as_bytes())])), Err(WorkbookError::Sheets));
}

#[test]
fn findings_are_bounded() {
    let owners = format!("业主编号,业主名称,手机号,身份证号\n{}", "1,,1,1\n".repeat(8_000));
    let mut files = vec![("业主信息", owners.as_str()), ("楼栋单元", "楼栋号,单元编号\n")];
    files.push(("费用设置", "费用编号,收费项目,付费类型,缴费周期,计费起始时间,计算公式,计费单价\n"));
    files.push(("房屋信息", "房屋编号,楼栋编号,单元编号,建筑面积,业主编号,房屋费用,费用开始时间\n"));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let import = read_community(&read_csv_set(&files).unwrap());
    assert_eq!(import.findings.len(), MAX_FINDINGS + 1);
    assert_eq!(import.findings[MAX_FINDINGS].rule, Rule::TooManyFindings);
    assert_eq!(import.file.owners, []);
}

#[test]
fn nothing_that_a_cell_says_gets_out() {
    let secret = "MARKED7731";
    let owners = format!("编号,业主名称,手机号,身份证号\n1,{secret},{secret},{secret}\n2,{secret},,\n");
    let spaces =
        format!("停车场编号,车位编码,业主编号,车牌号,出租还是出售\n1,C1,2,{secret},{secret}\n1,C2,2,{secret},S\n");
    let book = read_csv_set(&[
        ("楼栋单元", "楼栋号,单元编号\n1,1\n".as_bytes()),
        ("业主信息", owners.as_bytes()),
        ("费用设置", "费用编号,收费项目,付费类型,缴费周期,计费起始时间,计算公式,计费单价\n".as_bytes()),
        ("房屋信息", "房屋编号,楼栋编号,单元编号,建筑面积,业主编号,房屋费用,费用开始时间\n".as_bytes()),
        ("车位信息", spaces.as_bytes()),
    ])
    .unwrap();
    let import = read_community(&book);
    assert_eq!((import.findings.len(), import.file.owners.len(), import.file.parking_spaces.len()), (3, 1, 1));
    assert_eq!(import.file.owners[0].name.expose(), secret);
    for text in [format!("{book:?}{import:?}"), serde_json::to_string(&import.findings).unwrap()] {
        assert!(!text.contains(secret));
    }
}

/// Rows whose fields are any text, under sound headings.
fn any_rows(headings: &str) -> impl Strategy<Value = String> + use<> {
    let width = headings.split(',').count();
    let headings = headings.to_owned();
    let field = prop_oneof![
        any::<String>(),
        "[0-9]{1,12}",
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?",
        "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(#[0-9]{4}/[0-9]{1,2}/[0-9]{1,2})?",
        "[1-3](#[1-3]){0,3}",
        "=[A-Z]{1,5}\\(.{0,5}\\)",
        Just(String::new()),
    ];
    let rows = prop::collection::vec(prop::collection::vec(field, width), 0..8);
    rows.prop_map(move |rows| {
        let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
        let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
        std::iter::once(headings.clone()).chain(rows.iter().map(line)).collect::<Vec<_>>().join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<Option<prop::sample::Index>>()) {
        let mut bytes = sound().to_vec();
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(book) = read_xlsx(&bytes) {
            read_community(&book);
        }
    }

    #[test]
    fn damage_inside_a_sound_container_never_panics(
        part in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut parts = parts_of(sound());
        let part = part.index(parts.len());
        for (at, value) in flips {
            let at = at.index(parts[part].1.len());
            parts[part].1[at] = value;
        }
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(path, bytes)| (path.as_str(), &bytes[..])).collect();
        if let Ok(book) = read_xlsx(&package(&parts)) {
            read_community(&book);
        }
    }

    #[test]
    fn any_sheet_text_is_read_or_refused(rows in ".{0,200}", cell in "<(row|c|v|is|t|f|si)( (r|t|s|si)=\"[A-Z0-9a-z]{0,8}\")?/?>.{0,20}") {
        let _ = cells(&rows);
        let _ = cells(&format!("<row>{cell}</row>"));
        let _ = cells(&format!("<row><c>{cell}</c></row>"));
    }

    #[test]
    fn any_bytes_are_a_csv_file_or_none(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(book) = read_upload(&[("房屋信息.csv", &bytes)]) {
            read_community(&book);
        }
    }

    /// Every row is either good or has a finding; and the file handed back can be read and holds no formula.
    #[test]
    fn any_fields_are_rows_or_findings(
        entrances in any_rows("楼栋号,单元编号,总层数,是否有电梯"),
        owners in any_rows("业主编号,业主名称,手机号,身份证号,业主类型"),
        items in any_rows("费用编号,收费项目,付费类型,缴费周期,计费起始时间,计费结束时间,计算公式,计费单价,固定费用"),
        units in any_rows("房屋编号,楼栋编号,单元编号,房屋楼层,建筑面积,业主编号,房屋费用,费用开始时间"),
    ) {
        let files = [("楼栋单元", &entrances), ("业主信息", &owners), ("费用设置", &items), ("房屋信息", &units)];
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let book = read_csv_set(&files).unwrap();
        let CommunityImport { file, findings, .. } = read_community(&book);
        let good = [file.entrances.len(), file.owners.len(), file.fee_items.len(), file.units.len()];
        for (sheet, good) in book.sheets.iter().zip(good) {
            let refused: std::collections::BTreeSet<u32> =
                findings.iter().filter(|finding| finding.sheet == sheet.name).map(|finding| finding.row).collect();
            prop_assert_eq!(good + refused.len(), sheet.rows.len() - 1, "{}", sheet.name);
        }
        prop_assert!(findings.iter().all(|finding| finding.rule != Rule::SheetMissing));
        let back = read_xlsx(&error_workbook(&book, &findings).unwrap()).unwrap();
        let cells = back.sheets.iter().flat_map(|sheet| &sheet.rows).flat_map(|row| &row.cells);
        for (_, cell) in cells {
            prop_assert!(matches!(cell, Cell::Text(text) if !text.trim_start().starts_with('=')));
        }
    }
}
