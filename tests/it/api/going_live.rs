//! Going live out of the old system's workbooks: openings with their control totals, and payment history as a memo.

use super::imports::{XLSX, answers, commit, import_id, sample, upload};
use crate::estate::{Estate, fact};
use crate::server::{Server, began};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use std::time::Duration;

/// A workbook with one sheet of texts.
fn workbook(sheet: &str, rows: &[&str]) -> Vec<u8> {
    let mut book = Workbook::new();
    let tab = book.add_worksheet().set_name(sheet).unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells.split(',')).filter(|(_, text)| !text.is_empty()) {
            tab.write_string(row, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

const OPENINGS: &str = "房屋,收费项目,类型(欠费/预存/押金/违约金),服务开始,服务结束,到期日,金额,责任人,原收据号,备注";
const HISTORY: &str = "房屋,收费项目,缴费周期,开始时间,结束时间,缴费时间,应缴金额,实缴金额,收银员,备注,收据号";

fn openings(rows: &[&str]) -> Vec<u8> {
    workbook("期初余额", &[&[OPENINGS], rows].concat())
}

fn history(rows: &[&str]) -> Vec<u8> {
    workbook("房屋缴费历史", &[&[HISTORY], rows].concat())
}

/// A read at what the community's log holds by now.
async fn read(estate: &Estate, path: &str) -> Value {
    let at = format!("{}@{}", estate.community, estate.server.head(&estate.community).await);
    estate.auditor.with("ledger-position", at).get(&estate.at(path)).await.good()
}

/// A community that goes live on 15 January with one unit; answers the estate, unit and account.
async fn village() -> (Estate, String, String) {
    let estate = Estate::build_at(Server::start().await, "2026-01-20T02:00:00Z").await;
    for (name, fund) in [("物业服务费", "operating"), ("装修押金", "deposit")] {
        let item = json!({"name": name, "fund": fund, "priority": 10, "vat": {"category": "not_taxable"}});
        estate.finance.post(&estate.at("/fee-items"), item).await.good();
    }
    let (unit, account) = estate.unit("3-1-1202").await;
    estate.finance.post(&estate.at("/go-live"), json!({"go_live_on": "2026-01-15"})).await.good();
    (estate, unit, account)
}

/// Posts a batch that is drafted, with the approval of another.
async fn post(estate: &Estate, opening: &str) {
    let batch = read(estate, &format!("/openings/{opening}")).await;
    let mut body = json!({"records": batch["records"], "amount": batch["amount"]});
    let ask = json!({"operation": "post_opening", "path": {"opening": opening}, "body": body, "reason": "已核对旧账"});
    let asked = estate.finance.post(&estate.at("/approvals"), ask).await.good();
    let (approval, digest) = (began(&asked, "approval"), &fact(&asked, "approval_requested")["digest"]);
    let grant = estate.at(&format!("/approvals/{approval}/grant"));
    estate.second_finance.post(&grant, json!({"digest": digest})).await.good();
    body["approval"] = json!(approval);
    estate.finance.post(&estate.at(&format!("/openings/{opening}/post")), body).await.good();
    for _ in 0..400 {
        if read(estate, &format!("/openings/{opening}")).await["status"] == "posted" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(read(estate, &format!("/openings/{opening}")).await["status"], "posted");
}

/// `book debit credit` of the trial balance, all months together.
async fn books(estate: &Estate) -> Vec<String> {
    let balance = read(estate, "/trial-balance").await;
    let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
    let row = |row: &Value| format!("{} {} {}", text(row, "book"), text(row, "debit"), text(row, "credit"));
    balance["items"].as_array().unwrap().iter().map(row).collect()
}

const GOOD: [&str; 9] = [
    "3-1-1202,物业服务费,欠费,2025-11-01,2025-12-01,2025-11-28,250.60,业主,,",
    "3-1-1202,物业服务费,违约金,2025-11-01,2025-12-01,2025-11-28,12.53,,,",
    "3-1-1202,物业服务费,预存,,,,88.88,业主,,",
    "3-1-1202,装修押金,押金,,,,2000.00,业主,S51821,",
    "3-1-1202,物业服务费,已计费至,,2026-02-01,,,,,",
    ",,,,,,,,,",
    "控制总额,物业服务费,欠费,,,,250.60,,,",
    "控制总额,物业服务费,违约金,,,,12.53,,,",
    "控制总额,物业服务费,预存,,,,88.88,,,",
];
const DEPOSITS: &str = "控制总额,装修押金,押金,,,,2000.00,,,";

#[tokio::test]
async fn openings_come_out_of_a_workbook_once_and_post_on_anothers_word() {
    let (estate, _, account) = village().await;
    let file = openings(&[&GOOD[..], &[DEPOSITS]].concat());
    let preview = upload(&estate.desk, &estate, file.clone()).await.good();
    assert_eq!((&preview["kind"], &preview["findings"]["total"]), (&json!("openings"), &json!(0)), "{preview}");
    assert_eq!((&preview["counts"]["rows"], &preview["asks_control_totals"]), (&json!(5), &json!(false)));
    assert!(preview["totals"].as_array().unwrap().iter().all(|total| total["control_total"] == total["amount"]));
    let (import, opening) = (import_id(&preview), preview["opening"].as_str().unwrap());
    // Who may not draft openings by hand may not by a file.
    let path = estate.at(&format!("/imports/{import}/commit"));
    assert_eq!(estate.desk.post(&path, json!({})).await.refused(403), "role_not_allowed");
    let stray = json!({"developer": "城建开发"});
    assert_eq!(estate.finance.post(&path, stray).await.blamed(422), ("/developer".into(), "field_unknown".into()));
    let done = commit(&estate, &import, &json!({})).await;
    assert_eq!(
        (&done["state"], &done["posted"], &done["refused"]),
        (&json!("completed"), &json!(5), &json!(0)),
        "{done}"
    );
    assert_eq!(books(&estate).await, [""; 0], "a draft posts nothing");
    // The same file again, and committed again: not one fact more.
    let events = estate.server.events().await;
    assert_eq!(import_id(&upload(&estate.desk, &estate, file).await.good()), import);
    assert_eq!(commit(&estate, &import, &json!({})).await["state"], "completed");
    assert_eq!(estate.server.events().await, events);
    let batch = read(&estate, &format!("/openings/{opening}")).await;
    assert_eq!((&batch["status"], &batch["records"], &batch["import"]), (&json!("draft"), &json!(5), &json!(import)));
    post(&estate, opening).await;
    assert_eq!(
        books(&estate).await,
        ["credit 0.00 88.88", "deposit_held 0.00 2000.00", "opening_clearing 2088.88 263.13", "receivable 263.13 0.00"]
    );
    assert_eq!(read(&estate, &format!("/accounts/{account}")).await["balance"], "174.25");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_draft_that_is_wrong_is_discarded_and_its_file_drafts_another() {
    let (estate, _, account) = village().await;
    let file = openings(&[&GOOD[..], &[DEPOSITS]].concat());
    let upload = async || {
        let preview = upload(&estate.desk, &estate, file.clone()).await.good();
        (import_id(&preview), preview["opening"].as_str().unwrap().to_owned(), preview["progress"]["state"].clone())
    };
    let (import, first, _) = upload().await;
    commit(&estate, &import, &json!({})).await;
    let discard = |opening: &str| estate.at(&format!("/openings/{opening}/discard"));
    let reason = json!({"reason": "旧账期数有误"});
    assert_eq!(estate.desk.post(&discard(&first), reason.clone()).await.refused(403), "role_not_allowed");
    estate.finance.post_as("discard", &discard(&first), reason.clone()).await.good();
    estate.finance.post_as("discard", &discard(&first), reason.clone()).await.good();
    assert_eq!(estate.finance.post(&discard(&first), reason.clone()).await.refused(409), "opening_must_be_draft");
    assert_eq!(read(&estate, &format!("/openings/{first}")).await["status"], "discarded");
    let seen = json!({"records": 5, "amount": "2352.01"});
    let post_first = estate.at(&format!("/openings/{first}/post"));
    assert_eq!(estate.finance.post(&post_first, seen).await.refused(409), "opening_must_be_draft");
    // The old import stays what it was; the same file is another one now.
    let old = estate.finance.get(&estate.at(&format!("/imports/{import}"))).await.good();
    assert_eq!((&old["opening"], &old["progress"]["state"]), (&json!(first), &json!("completed")));
    let (again, second, state) = upload().await;
    assert!(again != import && second != first && state == "previewed", "{again} {second} {state}");
    let done = commit(&estate, &again, &json!({})).await;
    assert_eq!((&done["state"], &done["posted"]), (&json!("completed"), &json!(5)), "{done}");
    assert_eq!(upload().await.0, again, "while that batch stands it is the same import");
    // The old one, committed once more, changes nothing.
    let events = estate.server.events().await;
    assert_eq!(commit(&estate, &import, &json!({})).await["state"], "completed");
    assert_eq!(estate.server.events().await, events);
    post(&estate, &second).await;
    let posted =
        ["credit 0.00 88.88", "deposit_held 0.00 2000.00", "opening_clearing 2088.88 263.13", "receivable 263.13 0.00"];
    assert_eq!(books(&estate).await, posted, "nothing of the discarded one counts");
    assert_eq!(read(&estate, &format!("/accounts/{account}")).await["balance"], "174.25");
    assert_eq!(estate.finance.post(&discard(&second), reason).await.refused(409), "opening_must_be_draft");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_workbook_that_does_not_agree_drafts_nothing() {
    let (estate, ..) = village().await;
    let finance = &estate.finance;
    // A total of the file that differs, and one that is missing: found by cell, and nothing of it is drafted.
    let wrong = GOOD.map(|row| row.replace("控制总额,物业服务费,欠费,,,,250.60", "控制总额,物业服务费,欠费,,,,250.61"));
    let wrong: Vec<&str> = wrong.iter().map(String::as_str).collect();
    let preview = upload(&estate.desk, &estate, openings(&wrong)).await.good();
    let found = preview["findings"]["items"].as_array().unwrap();
    let found: Vec<_> =
        found.iter().map(|f| (f["row"].as_u64().unwrap(), f["rule"]["code"].as_str().unwrap())).collect();
    assert_eq!(found, [(8, "total_differs"), (0, "total_missing")]);
    let path = estate.at(&format!("/imports/{}", import_id(&preview)));
    let marked = finance.get(&format!("{path}/error-workbook")).await;
    assert_eq!(marked.header("content-type"), XLSX);
    let anyway = json!({"accept_findings": true});
    assert_eq!(finance.post(&format!("{path}/commit"), anyway).await.refused(409), "import_has_findings");
    // Without totals of its own they are typed, and compared before anything is drafted.
    let preview = upload(&estate.desk, &estate, openings(&GOOD[..1])).await.good();
    assert_eq!(preview["asks_control_totals"], true);
    let path = estate.at(&format!("/imports/{}/commit", import_id(&preview)));
    let missing = finance.post(&path, json!({})).await.blamed(422);
    assert_eq!(missing, ("/control_totals".into(), "field_required".into()));
    let fees = preview["totals"][0]["fee_item"].clone();
    let typed = |amount: &str| json!({"control_totals": [{"kind": "charge", "fee_item": fees, "amount": amount}]});
    let events = estate.server.events().await;
    let refused = finance.post(&path, typed("250.61")).await;
    assert_eq!(refused.refused(409), "opening_totals_must_agree");
    assert!(refused.text.contains("250.61") && refused.text.contains("250.60"), "{}", refused.text);
    assert_eq!(estate.server.events().await, events);
    let done = commit(&estate, &import_id(&preview), &typed("250.60")).await;
    assert_eq!((&done["state"], &done["posted"]), (&json!("completed"), &json!(1)), "{done}");
    // What is in the way of a row is said with it.
    let unknown =
        upload(&estate.desk, &estate, openings(&["9-9-999,车位费,欠费,2025-11-01,2025-12-01,2025-11-28,1,租户,,"]))
            .await;
    let found: Vec<_> =
        unknown.good()["findings"]["items"].as_array().unwrap().iter().map(|f| f["rule"]["code"].clone()).collect();
    assert_eq!(found, ["unit_unknown", "fee_item_not_in_community"]);
    estate.server.stop().await;
}

#[tokio::test]
async fn payment_history_is_searched_and_shown_and_stands_in_no_book() {
    let (estate, unit, account) = village().await;
    let rows = [
        "3-1-1202,物业服务费,12,2024-01-01,2025-01-01,2024-03-05,2700.35,1350.18,欧阳标记,手工导入,S1",
        "3-1-1202,有线电视费,,,,2023-05-01,,88.00,,,",
        "3-1-1202,物业服务费,12,2025-01-01,2026-01-01,2025-03-05,2700.35,2700.35,欧阳标记,,S2",
    ];
    let file = history(&rows);
    let preview = upload(&estate.desk, &estate, file.clone()).await.good();
    assert_eq!((&preview["kind"], &preview["counts"]["rows"]), (&json!("history"), &json!(3)), "{preview}");
    assert_eq!((&preview["first_day"], &preview["last_day"]), (&json!("2023-05-01"), &json!("2025-03-05")));
    let import = import_id(&preview);
    let done = commit(&estate, &import, &json!({})).await;
    assert_eq!((&done["state"], &done["posted"]), (&json!("completed"), &json!(3)), "{done}");
    let events = estate.server.events().await;
    assert_eq!(import_id(&upload(&estate.desk, &estate, file.clone()).await.good()), import);
    assert_eq!(commit(&estate, &import, &json!({})).await["state"], "completed");
    assert_eq!(estate.server.events().await, events);
    // Another file that says some of it again adds what is new only.
    let other = history(&[&rows[2..], &["3-1-1202,物业服务费,,,,2025-04-05,,5.00,,,S3"]].concat());
    let other = import_id(&upload(&estate.desk, &estate, other).await.good());
    assert_eq!(commit(&estate, &other, &json!({})).await["posted"], 2);

    let found = async |query: &str| {
        let found = read(&estate, &format!("/payment-history{query}")).await;
        let paid = |row: &Value| format!("{} {}", row["paid_on"].as_str().unwrap(), row["paid"].as_str().unwrap());
        found["items"].as_array().unwrap().iter().map(paid).collect::<Vec<_>>()
    };
    let all = ["2025-04-05 5.00", "2025-03-05 2700.35", "2024-03-05 1350.18", "2023-05-01 88.00"];
    assert_eq!(found("").await, all);
    assert_eq!(found(&format!("?unit={unit}")).await, all);
    assert_eq!(found(&format!("?unit={unit}&reference=S2")).await, all[1..2]);
    assert_eq!(found("?from=2024-03-05&to=2025-03-05").await, all[1..3]);
    assert_eq!(found("?reference=s1").await, all[2..3]);
    assert_eq!(found("?unit=0190b0e0-0000-7000-8000-000000000001").await, [""; 0]);
    // Page by page, on the statement and then in the list.
    let statement = read(&estate, &format!("/accounts/{account}/statement?limit=3")).await;
    let section = &statement["history"];
    assert_eq!((&section["label"], section["items"].as_array().unwrap().len()), (&json!("历史"), 3), "{statement}");
    let cursor = section["next_cursor"].as_str().unwrap();
    assert_eq!(found(&format!("?unit={unit}&limit=3&cursor={cursor}")).await, all[3..]);
    let paper = format!("/accounts/{account}/statement/file?from=2024-01-01&to=2024-12-31&format=csv");
    let at = format!("{}@{}", estate.community, estate.server.head(&estate.community).await);
    let paper = estate.auditor.with("ledger-position", at).get(&estate.at(&paper)).await.text;
    assert!(
        paper.contains("2024-12-31,期末余额,,,,,,0.00,") && paper.contains("2024-03-05,历史,物业服务费,,,1350.18,,,"),
        "{paper}"
    );
    // In no book, on no receipt, in no balance, in nobody's statement lines; and what is personal is in the vault.
    assert_eq!(statement["items"], json!([]));
    assert_eq!(books(&estate).await, [""; 0]);
    assert_eq!(read(&estate, "/receipts").await["items"], json!([]));
    assert_eq!(read(&estate, &format!("/accounts/{account}")).await["balance"], "0.00");
    assert_eq!(estate.server.events_with("欧阳标记").await, 0);
    let row = read(&estate, "/payment-history?reference=S1").await["items"][0].clone();
    let note = format!("/imports/{import}/history/{}/note", row["history"].as_str().unwrap());
    let told = estate.finance.get(&estate.at(&note)).await.good();
    assert_eq!((&told["cashier"], &told["remark"]), (&json!("欧阳标记"), &json!("手工导入")));
    assert_eq!(estate.cashier.get(&estate.at(&note)).await.refused(403), "role_not_allowed");
    // The wrong file is withdrawn; what another says too stays.
    let withdraw = estate.at(&format!("/imports/{import}/withdraw"));
    let reason = json!({"reason": "导错文件"});
    assert_eq!(estate.desk.post(&withdraw, reason.clone()).await.refused(403), "role_not_allowed");
    estate.finance.post(&withdraw, reason.clone()).await.good();
    assert_eq!(found("").await, all[..2]);
    assert_eq!(estate.finance.post(&withdraw, reason).await.refused(409), "history_must_stand");
    // It was the right one after all: the same file is another import now.
    let again = upload(&estate.desk, &estate, file).await.good();
    assert!(import_id(&again) != import && again["progress"]["state"] == "previewed", "{again}");
    assert_eq!(commit(&estate, &import_id(&again), &json!({})).await["posted"], 3);
    assert_eq!(found("").await, all);
    estate.server.stop().await;
}

#[tokio::test]
async fn a_row_of_history_with_a_fault_is_left_out_or_mended() {
    let (estate, ..) = village().await;
    let rows = [
        "3-1-1202,物业服务费,,,,2024-03-05,,5.00,,,",
        "9-9-999,物业服务费,,,,2024-03-05,,5.00,,,",
        "3-1-1202,物业服务费,,,,2026-01-15,,5.00,,,",
    ];
    let preview = upload(&estate.desk, &estate, history(&rows)).await.good();
    let found: Vec<_> =
        preview["findings"]["items"].as_array().unwrap().iter().map(|f| f["rule"]["code"].clone()).collect();
    assert_eq!(found, ["unit_unknown", "paid_after_go_live"]);
    let path = estate.at(&format!("/imports/{}/commit", import_id(&preview)));
    assert_eq!(estate.finance.post(&path, json!({})).await.refused(409), "import_has_findings");
    // The unit has come meanwhile: the same file is read anew.
    estate.unit("9-9-999").await;
    let preview = estate.finance.get(&estate.at(&format!("/imports/{}", import_id(&preview)))).await.good();
    assert_eq!(preview["findings"]["total"], 1, "{preview}");
    let done = commit(&estate, &import_id(&preview), &json!({"accept_findings": true})).await;
    assert_eq!((&done["state"], &done["posted"]), (&json!("completed"), &json!(2)), "{done}");
    estate.server.stop().await;
}

#[tokio::test]
async fn the_sample_community_goes_live_with_the_sample_openings_and_history() {
    let Some(community) = sample("community.xlsx") else { return };
    let (openings, history) = (sample("opening-balances.xlsx").unwrap(), sample("payment-history.xlsx").unwrap());
    let estate = Estate::build_at(Server::start().await, "2026-11-20T02:00:00Z").await;
    let limit = json!({"role": "finance", "from": "2026-11-20", "alone": "20.00", "approves": "1000000.00"});
    estate.admin.post(&estate.of_company("/role-limits"), limit).await.good();
    let preview = upload(&estate.desk, &estate, community).await.good();
    assert_eq!(commit(&estate, &import_id(&preview), &answers(&preview)).await["state"], "completed");
    let deposits = json!({"name": "装修押金", "fund": "deposit", "priority": 90, "vat": {"category": "not_taxable"}});
    estate.finance.post(&estate.at("/fee-items"), deposits).await.good();
    estate.finance.post(&estate.at("/go-live"), json!({"go_live_on": "2026-11-15"})).await.good();

    let preview = upload(&estate.desk, &estate, openings).await.good();
    assert_eq!((&preview["counts"]["rows"], &preview["findings"]["total"]), (&json!(160), &json!(0)), "{preview}");
    let totals = preview["totals"].as_array().unwrap();
    assert!(totals.len() == 4 && totals.iter().all(|total| total["control_total"] == total["amount"]), "{preview}");
    let done = commit(&estate, &import_id(&preview), &json!({})).await;
    assert_eq!((&done["state"], &done["posted"]), (&json!("completed"), &json!(160)), "{done}");
    post(&estate, preview["opening"].as_str().unwrap()).await;
    let of = |kind: &str| totals.iter().find(|total| total["kind"] == kind).unwrap()["amount"].as_str().unwrap();
    let books = books(&estate).await;
    assert!(books.contains(&format!("credit 0.00 {}", of("credit"))), "{books:?}");
    assert!(books.contains(&format!("deposit_held 0.00 {}", of("deposit"))), "{books:?}");

    let preview = upload(&estate.desk, &estate, history).await.good();
    assert_eq!((&preview["counts"]["rows"], &preview["findings"]["total"]), (&json!(300), &json!(0)), "{preview}");
    let done = commit(&estate, &import_id(&preview), &json!({})).await;
    assert_eq!((&done["state"], &done["posted"]), (&json!("completed"), &json!(300)), "{done}");
    assert_eq!(read(&estate, "/payment-history?limit=200").await["items"].as_array().unwrap().len(), 200);
    assert_eq!(self::books(&estate).await, books, "a memo is in no book");
    estate.server.stop().await;
}
