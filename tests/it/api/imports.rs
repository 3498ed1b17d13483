//! A community's file over HTTP: what it would do, its faults, what it does, and that it does it once.

use hyper::body::Bytes;
use hyper::{Method, StatusCode};
use mingzhang_api::import::workbook::{Cell, read_xlsx};
use mingzhang_api::importer::uploads::sweep;
use mingzhang_tests::client::{Client, Reply};
use mingzhang_tests::estate::Estate;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A sample of the folder that offices share; without it these tests are skipped, visibly, and on CI they fail.
pub(crate) fn sample(name: &str) -> Option<Vec<u8>> {
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

pub(crate) async fn upload(client: &Client, estate: &Estate, bytes: impl Into<Bytes>) -> Reply {
    client.with("content-type", XLSX).send(Method::POST, &estate.at("/imports"), &[], Some(bytes.into())).await
}

pub(crate) fn zipped(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Answers to the questions of a preview.
pub(crate) fn answers(preview: &Value) -> Value {
    let items = preview["questions"].as_array().unwrap().iter().zip(1_u32..).map(|(question, n)| {
        json!({
            "fee_item": question["fee_item"], "fund": "operating", "priority": n * 10,
            "vat": {"category": "rated", "rate": "0.06"}, "due_rule": {"kind": "day_of_month", "day": 20},
        })
    });
    json!({"fee_items": items.collect::<Vec<_>>(), "developer": "城建开发"})
}

/// Commits and waits until it is done.
pub(crate) async fn commit(estate: &Estate, import: &str, body: &Value) -> Value {
    let path = estate.at(&format!("/imports/{import}"));
    let accepted = estate.finance.post(&format!("{path}/commit"), body.clone()).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.text);
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    loop {
        tick.tick().await;
        let progress = estate.finance.get(&path).await.good()["progress"].clone();
        if progress["state"] != "running" {
            return progress;
        }
    }
}

/// The position that the next command of the community gets.
async fn probe(estate: &Estate) -> u64 {
    let person = estate.person("李四").await;
    let members = json!([{"person": person, "share": "1"}]);
    let party = json!({"kind": "owner_group", "members": members, "contact": person});
    estate.desk.post(&estate.at("/parties"), party).await.good()["position"].as_u64().unwrap()
}

/// How many units the read model lists at a position.
async fn units(estate: &Estate, position: u64) -> usize {
    let reader = estate.desk.with("ledger-position", format!("{}@{position}", estate.community));
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = reader.get(&estate.at(&format!("/units?limit=200{cursor}"))).await.good();
        count += page["items"].as_array().unwrap().len();
        let Some(next) = page["next_cursor"].as_str() else { return count };
        cursor = format!("&cursor={next}");
    }
}

pub(crate) fn import_id(preview: &Value) -> String {
    preview["import"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_sample_community_is_imported_once() {
    let Some(bytes) = sample("community.xlsx") else { return };
    let estate = Estate::build().await;
    let uploaded = upload(&estate.desk, &estate, bytes.clone()).await;
    assert_eq!(uploaded.status, StatusCode::CREATED, "{}", uploaded.text);
    let preview = uploaded.good();
    assert_eq!((&preview["counts"]["units"], &preview["counts"]["parking_spaces"]), (&json!(1_167), &json!(290)));
    assert_eq!((&preview["findings"]["total"], &preview["progress"]["state"]), (&json!(0), &json!("previewed")));
    let import = import_id(&preview);
    assert_eq!(estate.desk.get(&estate.at(&format!("/imports/{import}"))).await.good(), preview);

    let progress = commit(&estate, &import, &answers(&preview)).await;
    assert_eq!(progress["state"], "completed", "{progress}");
    assert_eq!((&progress["posted"], &progress["refused"]), (&preview["counts"]["rows"], &json!(0)), "{progress}");
    let before = probe(&estate).await;
    assert!(before > 4_000, "units, parties and what they are charged: {before}");
    assert_eq!(units(&estate, before).await, 1_167 + 290);
    // The same file again, and committed again: the same import, and not one fact more.
    assert_eq!(import_id(&upload(&estate.desk, &estate, bytes).await.good()), import);
    assert_eq!(commit(&estate, &import, &answers(&preview)).await, progress);
    assert_eq!(probe(&estate).await, before + 1);
    estate.server.stop().await;
}

#[tokio::test]
async fn the_sample_with_errors_shows_exactly_its_faults() {
    let Some(bytes) = sample("community-with-errors.xlsx") else { return };
    let expected: Value = serde_json::from_slice(&sample("community-with-errors.expected.json").unwrap()).unwrap();
    let expected: BTreeSet<String> = ["primary", "derived"]
        .iter()
        .flat_map(|grade| expected[*grade].as_array().unwrap())
        .map(|f| {
            format!(
                "{}|{}|{}|{}",
                f["sheet"].as_str().unwrap(),
                f["row"],
                f["column"].as_str().unwrap(),
                f["rule"].as_str().unwrap()
            )
        })
        .collect();
    let estate = Estate::build().await;
    let preview = upload(&estate.desk, &estate, bytes).await.good();
    let path = estate.at(&format!("/imports/{}", import_id(&preview)));
    let (mut found, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let page = estate.desk.get(&format!("{path}?limit=7{cursor}")).await.good()["findings"].clone();
        for f in page["items"].as_array().unwrap() {
            let rule = f["rule"]["code"].as_str().unwrap();
            found.insert(format!(
                "{}|{}|{}|{rule}",
                f["sheet"].as_str().unwrap(),
                f["row"],
                f["column"].as_str().unwrap()
            ));
        }
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, expected);
    assert_eq!(preview["findings"]["total"], json!(expected.len()));

    // The file handed back lists the same, row by row.
    let handed_back = estate.desk.get(&format!("{path}/error-workbook")).await;
    assert_eq!(handed_back.header("content-type"), XLSX);
    let book = read_xlsx(&handed_back.bytes).unwrap();
    let text =
        |cell: &Cell| if let Cell::Text(text) | Cell::Number(text) = cell { text.to_string() } else { String::new() };
    let cells = |at: u16| book.sheets[0].rows.iter().skip(1).map(move |row| row.cell(at).map(text).unwrap_or_default());
    let listed: BTreeSet<_> = cells(0)
        .zip(cells(1))
        .zip(cells(2))
        .zip(cells(3))
        .map(|(((s, r), c), rule)| format!("{s}|{r}|{c}|{rule}"))
        .collect();
    assert_eq!(listed, expected);
    let refused = estate.finance.post(&format!("{path}/commit"), answers(&preview)).await;
    assert_eq!(refused.refused(409), "import_has_findings");
    estate.server.stop().await;
}

#[tokio::test]
async fn what_is_no_file_of_rows_is_refused_by_name() {
    let estate = Estate::build().await;
    let send = |bytes: Vec<u8>| upload(&estate.desk, &estate, bytes);
    assert_eq!(send(b"not a workbook".to_vec()).await.refused(422), "file_damaged");
    assert_eq!(send(b"\xD0\xCF\x11\xE0....".to_vec()).await.refused(422), "file_old_or_protected");
    let blanks = vec![b' '; 65 << 20];
    let bomb = zipped(&[("[Content_Types].xml", b""), ("xl/workbook.xml", &blanks)], CompressionMethod::Deflated);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(send(bomb).await.refused(422), "file_unpacks_too_large");
    let bomb = zipped(&[("房屋信息.csv", &blanks)], CompressionMethod::Deflated);
    assert_eq!(send(bomb).await.refused(422), "file_unpacks_too_large");
    let form = estate.desk.with("content-type", "text/html");
    assert_eq!(form.post_raw(&estate.at("/imports"), "x").await.refused(415), "media_type_unsupported");
    assert_eq!(announced(&estate, 30 << 20).await, "body_too_large");
    let unknown = estate.at("/imports/0190b0e0-0000-7000-8000-000000000001");
    assert_eq!(estate.desk.get(&unknown).await.refused(404), "not_found");
    assert_eq!(estate.cashier.get(&unknown).await.refused(403), "role_not_allowed");
    estate.server.stop().await;
}

/// The code of the answer to a body of that length, of which nothing has been sent yet.
async fn announced(estate: &Estate, length: usize) -> String {
    let mut stream = tokio::net::TcpStream::connect(estate.desk.address()).await.unwrap();
    let token = estate.desk.token();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: {XLSX}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n",
        estate.at("/imports"),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    body["code"].as_str().unwrap().to_owned()
}

const MARKED: [&str; 2] = ["欧阳标记", "13912345678"];

/// A small community as CSV files; the second unit has no owner.
pub(crate) fn roster(extra: &str) -> Vec<u8> {
    roster_with(extra, "80.50", "")
}

/// The same with another area of the first unit, and more fee items.
fn roster_with(extra: &str, area: &str, more_items: &str) -> Vec<u8> {
    let owners = format!("编号,业主名称,手机号,身份证号\n1,{},{},\n{extra}", MARKED[0], MARKED[1]);
    let items = format!(
        "费用编号,收费项目,付费类型,缴费周期,计费起始时间,计算公式,计费单价,表类型,阶梯价格,计价日,公式内容\n\
        1,物业费,预付费,1,2026-01-01,1001,2.80,,,,\n{more_items}"
    );
    let units = format!(
        "房屋编号,楼栋编号,单元编号,建筑面积,业主编号,房屋费用,费用开始时间\n\
        101,1,1,{area},1,1,2026-01-01\n102,1,1,81.00,,1,2026-01-01\n"
    );
    let files: [(&str, &[u8]); 4] = [
        ("小区/楼栋单元.csv", "楼栋号,单元编号\n1,1\n".as_bytes()),
        ("小区/业主信息.csv", owners.as_bytes()),
        ("小区/费用设置.csv", items.as_bytes()),
        ("小区/房屋信息.csv", units.as_bytes()),
    ];
    zipped(&files, CompressionMethod::Stored)
}

#[tokio::test]
async fn answers_are_asked_for_and_refused_rows_are_listed() {
    let estate = Estate::build().await;
    let preview = upload(&estate.desk, &estate, roster("")).await.good();
    assert_eq!((&preview["findings"]["total"], &preview["asks_developer"]), (&json!(0), &json!(true)), "{preview}");
    let path = estate.at(&format!("/imports/{}/commit", import_id(&preview)));
    let good = answers(&preview);
    let mut body = good.clone();
    body["fee_items"] = json!([]);
    assert_eq!(
        estate.finance.post(&path, body).await.blamed(422),
        ("/fee_items".into(), "answers_must_cover_fee_items".into())
    );
    let mut body = good.clone();
    body["fee_items"][0]["fee_item"] = json!("9");
    assert_eq!(estate.finance.post(&path, body).await.blamed(422).1, "answer_must_name_fee_item_once");
    let body = json!({"fee_items": good["fee_items"]});
    assert_eq!(estate.finance.post(&path, body).await.blamed(422), ("/developer".into(), "field_required".into()));
    // Who may not set prices posts no file that brings them.
    assert_eq!(estate.desk.post(&path, good.clone()).await.refused(403), "role_not_allowed");

    // A wrong answer stops before the units; the right one continues.
    let mut wrong = good.clone();
    wrong["fee_items"][0]["vat"] = json!({"category": "exempt", "rate": "0.06"});
    let import = import_id(&preview);
    let stopped = commit(&estate, &import, &wrong).await;
    assert_eq!(stopped["interrupted_by"]["code"], "import_answers_refused", "{stopped}");
    assert_eq!(stopped["refusals"][0]["rule"]["code"], "vat_rate_must_fit_category");
    let done = commit(&estate, &import, &good).await;
    assert_eq!((&done["state"], &done["posted"]), (&json!("completed"), &json!(4)), "{done}");

    // The file repaired: what it brings anew is in, and what was in already is not there twice.
    let before = probe(&estate).await;
    let repaired = upload(&estate.desk, &estate, roster("2,赵某,13800000002,\n")).await.good();
    let done = commit(&estate, &import_id(&repaired), &good).await;
    assert_eq!((&done["posted"], &done["refused"]), (&json!(5), &json!(0)), "{done}");
    // The import begins, the new owner's party, the import ends; then the probe's own party.
    assert_eq!(probe(&estate).await, before + 4);

    // A file that says something else of a unit: its row is refused by name.
    let other = upload(&estate.desk, &estate, roster_with("", "80.60", "")).await.good();
    let done = commit(&estate, &import_id(&other), &good).await;
    assert_eq!((&done["posted"], &done["refused"]), (&json!(3), &json!(1)), "{done}");
    let first = json!({"sheet": "房屋信息", "row": 2, "code": "unit_code_must_be_free"});
    let shown = &done["refusals"][0];
    assert_eq!(json!({"sheet": shown["sheet"], "row": shown["row"], "code": shown["rule"]["code"]}), first);
    estate.server.stop().await;
}

#[tokio::test]
async fn a_file_brings_prices_by_usage_and_by_formula() {
    let estate = Estate::build().await;
    let items = "2,自来水费,后付费,1,2026-01-01,阶梯用量,,水表,0-180:3.5;180-:5,抄表日,\n\
        3,电梯费,预付费,1,2026-01-01,自定义公式,2,,,,lift_share * unit_price\n";
    let preview = upload(&estate.desk, &estate, roster_with("", "80.50", items)).await.good();
    assert_eq!(preview["findings"]["total"], 0, "{preview}");
    let (import, answers) = (import_id(&preview), answers(&preview));
    let stopped = commit(&estate, &import, &answers).await;
    assert_eq!(stopped["refusals"][0]["rule"]["code"], "formula_must_name_known", "{stopped}");
    let lift = json!({"name": "lift_share", "label": "电梯分摊系数"});
    estate.finance.post(&estate.at("/unit-attributes"), lift).await.good();
    let done = commit(&estate, &import, &answers).await;
    assert_eq!((&done["state"], &done["refused"]), (&json!("completed"), &json!(0)), "{done}");
    estate.server.stop().await;
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_about_people_is_logged_answered_or_kept_in_clear() {
    let log = Log::default();
    let writer = log.clone();
    let filter = tracing_subscriber::EnvFilter::new("debug");
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone()).finish();
    tracing_subscriber::util::SubscriberInitExt::try_init(subscriber).unwrap();
    let estate = Estate::build().await;
    // One good row and one with a fault: neither says who it is about.
    let faulty = format!("2,{},{}9,\n", MARKED[0], MARKED[1]);
    let uploaded = upload(&estate.desk, &estate, roster(&faulty)).await;
    let preview = uploaded.json();
    assert_eq!(preview["findings"]["items"][0]["rule"]["code"], "mobile_invalid", "{preview}");
    let mut body = answers(&preview);
    body["accept_findings"] = json!(true);
    let done = commit(&estate, &import_id(&preview), &body).await;
    assert_eq!(done["refused"], 0, "{done}");
    let folder = estate.server.data().join("uploads");
    let kept = kept_in(&folder);
    assert!(!kept.is_empty(), "the upload is kept");
    // Within a day it is gone, and the import with it.
    let now = chrono::DateTime::from(std::time::SystemTime::now());
    assert_eq!(sweep(&folder, now + chrono::TimeDelta::hours(23)).unwrap(), 0);
    assert_eq!(sweep(&folder, now + chrono::TimeDelta::hours(24)).unwrap(), 1);
    let path = estate.at(&format!("/imports/{}", import_id(&preview)));
    assert_eq!(estate.desk.get(&path).await.refused(404), "not_found");
    estate.server.stop().await;
    let log = log.0.lock().unwrap().clone();
    assert!(holds(&log, "imports/{import}/commit"), "the log was looked at");
    for marked in MARKED {
        for place in [log.as_slice(), kept.as_slice(), uploaded.text.as_bytes(), done.to_string().as_bytes()] {
            assert!(!holds(place, marked));
        }
    }
}

fn kept_in(folder: &Path) -> Vec<u8> {
    std::fs::read_dir(folder).unwrap().flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
