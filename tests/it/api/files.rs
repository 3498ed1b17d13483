//! Statements and trial balances as files: what stands in them, what nobody can smuggle into them, who may have them.

use crate::client::{Client, Reply};
use crate::estate::{Estate, fact};
use crate::server::began;
use mingzhang_api::import::workbook::{Cell, Workbook, read_xlsx};
use serde_json::{Value, json};

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Names that a spreadsheet program could take for formulas.
const HOSTILE: [&str; 5] = ["=cmd|' /C calc'!A0", "+1+1", "-1+1|x", "@SUM(A1)", "＝1+1"];

/// A unit with a hostile code, charged for fee items with hostile names; the estate, the account, a client of now.
async fn charged() -> (Estate, String, Client) {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("-2-1-1202").await;
    let mut newest = Value::Null;
    for name in HOSTILE {
        let body = json!({"name": name, "fund": "operating", "priority": 10, "vat": {"category": "not_taxable"}});
        let item = began(&estate.finance.post(&estate.at("/fee-items"), body).await.good(), "fee_item");
        let body = json!({
            "fee_item": item, "amount": "1234.50", "due_on": "2099-01-31",
            "service": {"from": "2026-01-01", "until": "2026-02-01"},
        });
        newest = estate.finance.post(&estate.at(&format!("/accounts/{account}/charges")), body).await.good();
        assert_eq!(fact(&newest, "charge_posted")["amount"], "1234.50");
    }
    let position = format!("{}@{}", estate.community, newest["position"]);
    let client = estate.auditor.with("ledger-position", position);
    (estate, account, client)
}

fn csv(reply: &Reply) -> Vec<Vec<String>> {
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, CSV), "{}", reply.text);
    let text = reply.text.strip_prefix('\u{feff}').expect("the mark that spreadsheet programs want");
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.split_terminator("\r\n").map(cells).collect()
}

fn workbook(reply: &Reply) -> Workbook {
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, XLSX), "{}", reply.text);
    read_xlsx(&reply.bytes).unwrap()
}

#[tokio::test]
async fn a_statement_is_the_account_line_by_line_and_no_formula() {
    let (estate, account, client) = charged().await;
    let path = estate.at(&format!("/accounts/{account}/statement/file?from=2020-01-01&to=2029-12-31"));
    let file = client.get(&format!("{path}&format=csv")).await;
    let lines = csv(&file);
    assert_eq!(lines.len(), HOSTILE.len() + 3);
    assert_eq!(lines[0][..3], ["日期 Date", "事项 Fact", "收费项目 Fee item"]);
    assert_eq!((lines[1][1].as_str(), lines[1][7].as_str()), ("期初余额", "0.00"));
    for (line, name) in lines[2..].iter().zip(HOSTILE) {
        assert_eq!((line[1].as_str(), line[2].clone(), line[5].as_str()), ("应收", format!("'{name}"), "1234.50"));
    }
    assert_eq!(lines.last().unwrap()[7], "6172.50");
    assert!(file.header("ledger-position").starts_with(&format!("{}@", estate.community)));
    let named = file.header("content-disposition");
    assert!(named.starts_with("attachment; filename=\"statement.csv\"; filename*=UTF-8''%E5%AF%B9"), "{named}");
    assert!(named.contains("-2-1-1202-2020-01-01-2029-12-31.csv"), "{named}");
    let book = workbook(&client.get(&path).await);
    let (sheet, cell) = (&book.sheets[0], |row: usize, column| book.sheets[0].rows[row].cell(column));
    assert_eq!((sheet.name.as_str(), sheet.rows.len()), ("对账单", HOSTILE.len() + 3));
    for (row, name) in (2..).zip(HOSTILE) {
        assert!(matches!(cell(row, 2), Some(Cell::Text(text)) if **text == *format!("'{name}")), "{name}");
        assert!(matches!(cell(row, 5), Some(Cell::Number(number)) if &**number == "1234.5"), "{name}");
    }
    assert!(book.sheets[0].rows.iter().flat_map(|row| &row.cells).all(|(_, cell)| !matches!(cell, Cell::Formula)));
    estate.server.stop().await;
}

#[tokio::test]
async fn a_range_begins_with_what_was_open_before_it() {
    let (estate, account, client) = charged().await;
    let path = estate.at(&format!("/accounts/{account}/statement/file?from=2090-01-01&to=2090-01-31&format=csv"));
    let lines = csv(&client.get(&path).await);
    assert_eq!(lines.len(), 3, "nothing happened then");
    assert_eq!((lines[1][7].as_str(), lines[2][7].as_str()), ("6172.50", "6172.50"));
    estate.server.stop().await;
}

#[tokio::test]
async fn the_trial_balance_foots_in_every_purse() {
    let (estate, _, client) = charged().await;
    let path = estate.at("/trial-balance/file?from=2020-01&until=2099-12");
    let lines = csv(&client.get(&format!("{path}&format=csv")).await);
    assert_eq!(lines[0][..3], ["资金主体 Purse", "科目 Book", "科目代码 Code"]);
    assert_eq!(lines[1][1..], ["应收账款", "receivable", "0.00", "6172.50", "0.00", "6172.50"]);
    assert_eq!(lines.last().unwrap()[1..], ["合计 Sum", "", "0.00", "6172.50", "6172.50", "0.00"]);
    let book = workbook(&client.get(&path).await);
    assert_eq!(book.sheets[0].rows.len(), lines.len());
    assert!(matches!(book.sheets[0].rows[1].cell(6), Some(Cell::Number(number)) if &**number == "6172.5"));
    estate.server.stop().await;
}

#[tokio::test]
async fn files_are_for_those_who_may_read_and_ask_in_bounds() {
    let (estate, account, client) = charged().await;
    let trial = estate.at("/trial-balance/file");
    assert_eq!(estate.cashier.get(&trial).await.refused(403), "role_not_allowed");
    let statement = format!("/accounts/{account}/statement/file");
    for (question, parameter, code) in [
        ("?from=2026-01-01".to_owned(), "to", "field_required"),
        ("?from=2026-13-01&to=2026-01-01".to_owned(), "from", "date_malformed"),
        ("?from=2026-01-02&to=2026-01-01".to_owned(), "to", "range_must_not_be_empty"),
        ("?from=2016-01-01&to=2026-12-31".to_owned(), "to", "statement_range_must_be_bounded"),
        ("?from=2026-01-01&to=2026-12-31&format=pdf".to_owned(), "format", "word_not_allowed"),
        ("?from=2026-01-01&to=2026-12-31&colour=red".to_owned(), "colour", "query_parameter_unknown"),
    ] {
        let reply = client.get(&estate.at(&format!("{statement}{question}"))).await;
        assert_eq!(reply.blamed(400), (parameter.to_owned(), code.to_owned()), "{question}");
    }
    let reply = client.get(&format!("{trial}?from=2026-02&until=2026-01")).await;
    assert_eq!(reply.blamed(400), ("until".to_owned(), "range_must_not_be_empty".to_owned()));
    let nobody = "/accounts/0190b0e0-0000-7000-8000-000000000001/statement/file?from=2026-01-01&to=2026-01-31";
    assert_eq!(client.get(&estate.at(nobody)).await.refused(404), "not_found");
    estate.server.stop().await;
}
