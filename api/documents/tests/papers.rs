//! What stands on paper: every field in the text of the PDF, ink on every page and none at its edges, the same bytes for the
//! same facts, and nothing that hostile text could do.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail their test by panicking, as the test itself does"
)]

use mingzhang_documents::demand::{self, Demand};
use mingzhang_documents::receipt::{self, Layout, Line, Receipt, Standing};
use mingzhang_documents::render::{Job, Press};
use mingzhang_documents::stamp::Stamp;
use mingzhang_documents::statement::{self, Statement};
use mingzhang_documents::{PrintError, Printed, TemplateError, Templates, sample};
use mingzhang_domain::money::Money;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// Dots per inch of pictures.
const DOTS: usize = 50;

fn press() -> &'static Press {
    static PRESS: OnceLock<Press> = OnceLock::new();
    PRESS.get_or_init(|| Press::new(&Templates::default()).unwrap())
}

fn print(job: Job) -> Printed {
    press().print(job).unwrap()
}

fn stamp() -> Option<Stamp> {
    Some(Stamp::new(sample::STAMP.to_vec()).unwrap())
}

/// Runs one of poppler's programs over a PDF; what it writes to its output.
fn poppler(program: &str, pdf: &[u8], arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let run = Command::new(program).arg(&file).args(arguments).output();
    let output = run.unwrap_or_else(|error| panic!("{program}: {error}; run make setup"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{program} complains");
    output.stdout
}

/// The text without blanks: how wide a gap is printed is no fact.
fn text(pdf: &[u8]) -> String {
    let text = String::from_utf8(poppler("pdftotext", pdf, &["-raw", "-"])).unwrap();
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Pages as grey pictures: width, height, a byte a dot.
fn pictures(pdf: &[u8]) -> Vec<(usize, usize, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let (file, prefix) = (folder.path().join("paper.pdf"), folder.path().join("page"));
    std::fs::write(&file, pdf).unwrap();
    let dots = DOTS.to_string();
    let done = Command::new("pdftoppm").args(["-gray", "-r", &dots]).args([&file, &prefix]).status().unwrap();
    assert!(done.success());
    let mut pages: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "pgm"));
    pages.sort();
    pages.iter().map(|path| picture(path)).collect()
}

fn picture(path: &Path) -> (usize, usize, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap();
    let head: Vec<usize> = bytes.split(|byte| byte.is_ascii_whitespace()).skip(1).take(3).map(number).collect();
    let [width, height, 255] = head[..] else { panic!("no picture") };
    (width, height, bytes[bytes.len() - width * height..].to_vec())
}

fn number(word: &[u8]) -> usize {
    String::from_utf8_lossy(word).parse().unwrap()
}

/// Ink on every page, and none within 3 mm of an edge.
fn is_well_placed(pdf: &[u8]) {
    for (page, (width, height, dots)) in pictures(pdf).into_iter().enumerate() {
        let edge = DOTS * 3 / 25;
        let mut ink = 0;
        for (at, dot) in dots.iter().enumerate().filter(|(_, dot)| **dot < 200) {
            let (x, y) = (at % width, at / width);
            let inside = (edge..width - edge).contains(&x) && (edge..height - edge).contains(&y);
            assert!(inside, "page {}: ink at {x},{y} of {width}×{height}, as dark as {dot}", page + 1);
            ink += 1;
        }
        assert!(ink * 1_000 > width * height, "page {} is empty", page + 1);
    }
}

fn contains_all(text: &str, wanted: &[&str]) {
    for words in wanted {
        let words: String = words.chars().filter(|letter| !letter.is_whitespace()).collect();
        assert!(text.contains(&words), "{words} is not in {text}");
    }
}

#[test]
fn every_field_of_a_receipt_stands_on_it_in_every_layout() {
    for layout in Layout::ALL {
        let printed = print(receipt::job(&[sample::receipt()], layout, stamp()));
        let text = text(&printed.pdf);
        contains_all(
            &text,
            &[
                "明珠物业服务有限公司",
                "收款收据",
                "MZYF2026-000123",
                "2026-03-17",
                "明珠花园",
                "王芳、李雷",
                "王小明",
                "微信支付",
                "4200002345202603171234567890",
                "余清岚",
                "物业服务费",
                "3-1-1202",
                "2026-01-01 至 2026-12-31",
                "2,973.60",
                "物业服务费 违约金",
                "12.35",
                "8.88",
                "B1-0087",
                "240.00",
                "预存款",
                "100.00",
                "¥3,334.83",
                "人民币叁仟叁佰叁拾肆元捌角叁分",
                "预存余额 ¥100.00",
                "尚欠 ¥80.00",
                "已作废，由 MZYF2026-000140 代替",
                "代替 MZYF2026-000119",
                "补打第 2 次",
                "本收据不作为税务发票",
                "91350211M000100Y43",
                "20841",
                "9F2C 7BE0 1A64 D355",
                "扫码验真",
            ],
        );
        is_well_placed(&printed.pdf);
        let pages = if layout == Layout::A5Landscape { 2 } else { 1 };
        assert_eq!((printed.pages, printed.gaps), (pages, 0));
        let bare = print(receipt::job(&[sample::bare()], layout, None));
        let text = self::text(&bare.pdf);
        contains_all(&text, &["押金收据", "装修押金", "¥2,000.00", "人民币贰仟元整"]);
        for absent in ["补打", "作废", "红冲", "预览", "扫码", "统一社会信用代码", "交款人", "尚欠"]
        {
            assert!(!text.contains(absent), "{absent} in {text}");
        }
    }
}

#[test]
fn a_receipt_says_when_it_does_not_hold_and_when_nobody_holds_it_yet() {
    let shown = |standing, prints| {
        let receipt = Receipt { standing, prints, replaces: None, ..sample::receipt() };
        text(&print(receipt::job(&[receipt], Layout::A4, None)).pdf)
    };
    contains_all(&shown(Standing::Reversed, 1), &["已红冲，作废"]);
    // Across the sheet the letters stand one by one.
    contains_all(&shown(Standing::Valid, 0), &["预", "览"]);
    assert!(!shown(Standing::Valid, 1).contains("补打"));
    contains_all(&shown(Standing::Valid, 2), &["补打第 1 次"]);
}

#[test]
fn a_statement_runs_from_what_was_open_to_what_is_open() {
    let printed = print(statement::job(&sample::statement(), stamp()));
    contains_all(
        &text(&printed.pdf),
        &[
            "明珠物业服务有限公司",
            "对账单",
            "明珠花园",
            "3-1-1202",
            "王芳、李雷",
            "2026-01-01 至 2026-03-31",
            "期初余额",
            "-100.00",
            "495.60",
            "1,247.80",
            "-852.20",
            "应收",
            "物业服务费",
            "2026-01",
            "247.80",
            "147.80",
            "收款",
            "-1,100.00",
            "核销应收",
            "（247.80）",
            "物业费（旧系统）",
            "88.00",
            "20990",
            "第 1 页，共 1 页",
        ],
    );
    is_well_placed(&printed.pdf);
    let facts = vec![sample::statement().facts; 100].concat();
    let long = print(statement::job(&Statement { facts, ..sample::statement() }, stamp()));
    assert!((8..16).contains(&long.pages), "{} pages", long.pages);
    contains_all(&text(&long.pdf), &[&format!("第 {0} 页，共 {0} 页", long.pages)]);
}

#[test]
fn a_demand_says_what_is_owed_and_by_when() {
    let printed = print(demand::job(&Demand { delivered_on: None, ..sample::demand() }, stamp()));
    contains_all(
        &text(&printed.pdf),
        &[
            "催告函",
            "编号 0190B0E0-77",
            "王芳、李雷：",
            "明珠花园 3-1-1202",
            "截至 2026 年 3 月 17 日",
            "物业服务费",
            "2025-10-01 至 2025-12-31",
            "2025-10-31",
            "743.40",
            "247.80",
            "人民币玖佰玖拾壹元贰角整",
            "¥991.20",
            "2026 年 4 月 16 日",
            "第九百四十四条",
            "送达回执",
            "签收人",
            "91350211M000100Y43",
            "20991",
        ],
    );
    is_well_placed(&printed.pdf);
    let delivered = text(&print(demand::job(&sample::demand(), None)).pdf);
    contains_all(&delivered, &["本函已于 2026 年 3 月 20 日 送达"]);
    assert!(!delivered.contains("签收人"));
    let claims = vec![sample::demand().claims; 100].concat();
    is_well_placed(&print(demand::job(&Demand { claims, ..sample::demand() }, stamp())).pdf);
}

#[test]
fn the_same_facts_are_the_same_bytes() {
    let jobs = || sample::jobs().into_iter().map(|job| print(job).pdf).collect::<Vec<_>>();
    let first = jobs();
    assert_eq!(first, jobs());
    let anew = Press::new(&Templates::default()).unwrap();
    let again: Vec<Vec<u8>> = sample::jobs().into_iter().map(|job| anew.print(job).unwrap().pdf).collect();
    assert_eq!(first, again);
    let other = Receipt { prints: 4, ..sample::receipt() };
    assert_ne!(first[0], print(receipt::job(&[other, sample::bare()], Layout::A4, stamp())).pdf);
}

#[test]
fn what_people_wrote_is_printed_and_never_obeyed() {
    let hostile = "#panic() $x^2$ \\ #read(\"/etc/passwd\") `raw` *b* _i_ @ref <label> [x] // 注释 /* = ~";
    let long = "长".repeat(100);
    for layout in Layout::ALL {
        let line = |item: &str| Line { item: item.to_owned(), ..sample::receipt().lines[0].clone() };
        let receipt = Receipt {
            obligor: hostile.to_owned(),
            payer: Some(long.clone()),
            reference: "A".repeat(32),
            company: long.clone(),
            lines: (0..40).map(|n| line(if n % 2 == 0 { hostile } else { &long })).collect(),
            amount: Money::from_fen(999_999_999_999_999),
            ..sample::receipt()
        };
        let printed = print(receipt::job(&[receipt], layout, stamp()));
        let text = text(&printed.pdf);
        contains_all(&text, &["#panic()", "$x^2$", "#read(\"/etc/passwd\")", "¥9,999,999,999,999.99", "长长长长长"]);
        assert!(!text.contains("root:"), "a file of the machine was read");
        is_well_placed(&printed.pdf);
    }
}

#[test]
fn rare_characters_are_printed_or_named() {
    let named = |obligor: &str| Receipt { obligor: obligor.to_owned(), ..sample::receipt() };
    let printed = print(receipt::job(&[named("㛃𬭎䶮")], Layout::A4, None));
    assert_eq!(printed.gaps, 0);
    contains_all(&text(&printed.pdf), &["㛃𬭎䶮"]);
    let printed = print(receipt::job(&[named("𠮷田🏠")], Layout::A4, None));
    assert_eq!(printed.gaps, 2);
    contains_all(&text(&printed.pdf), &["〓(U+20BB7)田〓(U+1F3E0)", "字库中没有的字"]);
}

#[test]
fn many_receipts_are_one_document() {
    let receipts: Vec<Receipt> =
        (1..=60).map(|n| Receipt { number: format!("MZYF2026-{n:06}"), ..sample::bare() }).collect();
    let printed = print(receipt::job(&receipts, Layout::A4, stamp()));
    assert_eq!(printed.pages, 60);
    contains_all(&text(&printed.pdf), &["MZYF2026-000001", "MZYF2026-000060"]);
    let receipts = vec![sample::bare(); 501];
    assert_eq!(press().print(receipt::job(&receipts, Layout::A4, None)), Err(PrintError::TooLong));
}

#[test]
fn a_template_of_the_operator_takes_the_place_of_the_built_in_one_or_fails_by_name() {
    let with = |source: &str| {
        let mut templates = Templates::default();
        templates.replace("receipt-a4.typ", source.to_owned()).unwrap();
        let job = receipt::job(&[sample::receipt()], Layout::A4, None);
        Press::new(&templates).unwrap().print(job)
    };
    let own =
        with("#set text(font: \"Noto Sans SC\")\n#let d = json(\"data.json\")\n自家模板 #d.receipts.first().number");
    contains_all(&text(&own.unwrap().pdf), &["自家模板MZYF2026-000123"]);
    let failed = |source: &str| match with(source) {
        Err(PrintError::Template { file, said }) => (file, said),
        other => panic!("{other:?}"),
    };
    assert_eq!(failed("一\n#nothing()").0, "receipt-a4.typ:2");
    let (file, said) = failed("#let d = json(\"data.json\")\n#d.receipts.first().nothing");
    assert!(file == "receipt-a4.typ:2" && said.contains("nothing"), "{file}: {said}");
    for escape in ["#read(\"/etc/passwd\")", "#read(\"../x\")", "#import \"@preview/x:1.0.0\": y", "#datetime.today()"]
    {
        assert!(failed(escape).0.starts_with("receipt-a4.typ"), "{escape}");
    }
    // A shape that the font has not is an error of a template, never an empty box.
    assert!(matches!(with("#set text(font: \"Noto Sans SC\", fallback: false)\n𠮷"), Err(PrintError::Template { .. })));
    let mut templates = Templates::default();
    let unknown = templates.replace("receipt-a3.typ", String::new());
    assert_eq!(unknown, Err(TemplateError::Unknown("receipt-a3.typ".to_owned())));
    let long = templates.replace("receipt-a4.typ", " ".repeat(300_000));
    assert_eq!(long, Err(TemplateError::TooLong("receipt-a4.typ".to_owned())));
}
