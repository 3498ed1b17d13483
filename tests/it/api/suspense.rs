//! Lines of bank statements: facts at once on their bank day, claimed, un-claimed, returned; the worklist by age.

use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::server::{Server, began};
use hyper::Method;
use serde_json::{Value, json};

/// Where the estate stands, by a given clock.
const NOW: &str = "2026-03-02T02:00:00Z";

pub(super) struct Desk {
    pub(super) estate: Estate,
    pub(super) bank: String,
}

impl Desk {
    pub(super) async fn open() -> Self {
        let estate = Estate::build_at(Server::start().await, NOW).await;
        let bank = estate.channel_account("bank").await;
        Self { estate, bank }
    }

    pub(super) fn line(&self, serial: &str, amount: &str, booked_on: &str) -> Value {
        json!({"channel_account": self.bank, "serial": serial, "amount": amount, "booked_on": booked_on})
    }

    pub(super) async fn record(&self, line: Value) -> Value {
        self.estate.finance.post(&self.estate.at("/bank-lines"), line).await.good()
    }

    async fn refused(&self, line: Value) -> String {
        self.estate.finance.post(&self.estate.at("/bank-lines"), line).await.refused(409)
    }

    /// A command with the approval of another.
    pub(super) async fn approved(&self, operation: &str, payment: &str, path: &str, body: Value) -> Value {
        let estate = &self.estate;
        let ask = json!({"operation": operation, "path": {"payment": payment}, "body": body, "reason": "核对无误"});
        let asked = estate.finance.post(&estate.at("/approvals"), ask).await.good();
        let grant = json!({"digest": fact(&asked, "approval_requested")["digest"]});
        let granted = format!("/approvals/{}/grant", began(&asked, "approval"));
        estate.second_finance.post(&estate.at(&granted), grant).await.good();
        let mut body = body;
        body["approval"] = json!(began(&asked, "approval"));
        estate.finance.post(&estate.at(path), body).await.good()
    }

    /// What waits as of the second of March, once the rows reflect a command.
    pub(super) async fn waiting(&self, newest: &Value) -> Vec<Value> {
        let list = self.reading(newest).get(&self.estate.at("/suspense?on=2026-03-02")).await.good();
        list["items"].as_array().unwrap().clone()
    }

    /// A unit whose code is known to those who look remarks up: they read rows, which follow the log.
    pub(super) async fn unit(&self, code: &str) -> (String, String) {
        let unit = self.estate.unit(code).await;
        let rules = json!({"allocation_policy": "principal_first", "notice_days": 0});
        let newest = self.estate.finance.post(&self.estate.at("/rules"), rules).await.good();
        self.waiting(&newest).await;
        unit
    }

    pub(super) fn reading(&self, newest: &Value) -> Client {
        self.estate.finance.with("ledger-position", format!("{}@{}", self.estate.community, newest["position"]))
    }

    /// The suspense on the books, in fen.
    pub(super) async fn on_the_books(&self, newest: &Value) -> i64 {
        let at = self.estate.at("/trial-balance?until=2026-12");
        let balance = self.reading(newest).get(&at).await.good();
        let rows = balance["items"].as_array().unwrap().iter().filter(|row| row["book"] == "suspense");
        rows.map(|row| fen(&row["credit"]) - fen(&row["debit"])).sum()
    }
}

fn fen(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

fn summed(waiting: &[Value]) -> i64 {
    waiting.iter().map(|item| fen(&item["suspense"])).sum()
}

#[tokio::test]
async fn a_line_is_a_fact_at_once_and_waits_with_its_age_and_suggestions() {
    let desk = Desk::open().await;
    let (unit, account) = desk.unit("3-1-1202").await;
    let (other, other_account) = desk.unit("3-1-1203").await;
    let item = desk.estate.fee_item().await;
    desk.estate.charge(&other_account, &item, "250.60").await;
    let mut line = desk.line("20260227001", "88.00", "2026-02-27");
    line["payer"] = json!("张三");
    line["payer_account"] = json!("6222021234567890017");
    line["remark"] = json!("３-1-1202 物业费 13800005678");
    let recorded = desk.record(line).await;
    assert!(!recorded.to_string().contains("张三") && !recorded.to_string().contains("13800005678"), "{recorded}");
    let received = fact(&recorded, "payment_received");
    assert_eq!(received["value_on"], "2026-02-27");
    assert_eq!(received["named_units"], json!([unit]));
    let newest = desk.record(desk.line("20260301001", "250.60", "2026-03-01")).await;
    let waiting = desk.waiting(&newest).await;
    let ages: Vec<_> = waiting.iter().map(|item| item["age_days"].as_i64().unwrap()).collect();
    assert_eq!(ages, [3, 1], "the oldest first");
    let suggested = |unit: &str, account: &str, code: &str, because: &str| json!([{"unit": unit, "account": account, "code": code, "because": because}]);
    assert_eq!(waiting[0]["suggestions"], suggested(&unit, &account, "3-1-1202", "code_in_remark"));
    assert_eq!(waiting[1]["suggestions"], suggested(&other, &other_account, "3-1-1203", "amount_equals_open"));
    assert_eq!(desk.on_the_books(&newest).await, summed(&waiting));
    let payer = desk.estate.at(&format!("/payments/{}/payer", began(&recorded, "payment")));
    let payer = desk.reading(&newest).get(&payer).await.good();
    assert_eq!(payer["name"], "张三");
    assert_eq!(payer["account"], "6222***********0017");
    assert_eq!(payer["remark"], "３-1-1202 物业费 13800005678");
    // A second unit with the same open total: the amount says nothing any more.
    let (_, third) = desk.estate.unit("3-1-1204").await;
    desk.estate.charge(&third, &item, "250.60").await;
    let newest = desk.record(desk.line("20260301002", "1.00", "2026-03-01")).await;
    assert_eq!(desk.waiting(&newest).await[1]["suggestions"], json!([]));
    desk.estate.server.stop().await;
}

#[tokio::test]
async fn a_line_is_claimed_un_claimed_and_returned_and_the_books_agree() {
    let desk = Desk::open().await;
    let (_, account) = desk.estate.unit("3-1-1202").await;
    let item = desk.estate.fee_item().await;
    desk.estate.charge(&account, &item, "100.00").await;
    let recorded = desk.record(desk.line("1", "300.00", "2026-02-27")).await;
    let payment = began(&recorded, "payment");
    let path = |verb: &str| format!("/payments/{payment}/{verb}");
    let claim = json!({"amount": "180.00", "spending": {"pays": [{"account": account}], "rest_to": account}});
    let alone = desk.estate.finance.post(&desk.estate.at(&path("identify")), claim.clone()).await;
    assert_eq!(alone.refused(403), "approval_must_be_given", "more than the asker's limit");
    let claimed = desk.approved("identify_suspense", &payment, &path("identify"), claim).await;
    assert_eq!(fact(&claimed, "payment_identified")["approved"]["approval"].as_str().map(str::len), Some(36));
    assert_eq!(fact(&claimed, "charge_paid")["value_on"], "2026-02-27", "in time, though claimed later");
    let waiting = desk.waiting(&claimed).await;
    assert_eq!((summed(&waiting), desk.on_the_books(&claimed).await), (12_000, 12_000));
    let lot = fact(&claimed, "credit_received")["lot"].clone();
    let undo = json!({"account": account, "lot": lot, "amount": "50.00"});
    let undone = desk.approved("unidentify_suspense", &payment, &path("unidentify"), undo).await;
    let waiting = desk.waiting(&undone).await;
    assert_eq!((summed(&waiting), desk.on_the_books(&undone).await), (17_000, 17_000));
    let back = json!({
        "amount": "170.00", "channel_account": desk.bank, "reference": "OUT-1", "value_on": "2026-03-01", "reason": "错汇",
    });
    let returned = desk.approved("return_suspense", &payment, &path("return"), back).await;
    assert_eq!(fact(&returned, "suspense_returned")["approved"]["requested_by"].as_str().map(str::len), Some(36));
    assert!(desk.waiting(&returned).await.is_empty());
    assert_eq!(desk.on_the_books(&returned).await, 0);
    desk.estate.server.stop().await;
}

#[tokio::test]
async fn a_line_stands_once_until_its_record_is_reversed() {
    let desk = Desk::open().await;
    let serial = desk.line("20260227001", "88.00", "2026-02-27");
    let first = desk.record(serial.clone()).await;
    assert_eq!(desk.refused(serial.clone()).await, "reference_must_be_unused");
    // What the bank gives no serial is known by what it says, and by its occurrence that day.
    let plain = json!({"channel_account": desk.bank, "amount": "5.00", "booked_on": "2026-02-27", "payer": "李四"});
    let recorded = desk.record(plain.clone()).await;
    assert!(fact(&recorded, "payment_received")["reference"].as_str().unwrap().starts_with("L-"));
    assert_eq!(desk.refused(plain.clone()).await, "reference_must_be_unused");
    let mut second = plain.clone();
    second["occurrence"] = json!(2);
    desk.record(second.clone()).await;
    assert_eq!(desk.refused(second).await, "reference_must_be_unused");
    // A mistaken record is reversed; the line itself may then be recorded, once.
    let reverse = desk.estate.at(&format!("/payments/{}/reverse", began(&first, "payment")));
    desk.estate.finance.post(&reverse, json!({"reason": "金额录错"})).await.good();
    let again = desk.record(desk.line("20260227001", "80.00", "2026-02-27")).await;
    assert_eq!(desk.refused(serial).await, "reference_must_be_unused");
    let waiting = desk.waiting(&again).await;
    assert_eq!((waiting.len(), summed(&waiting)), (3, 9_000));
    assert_eq!(desk.on_the_books(&again).await, 9_000);
    desk.estate.server.stop().await;
}

#[tokio::test]
async fn a_line_of_a_closed_month_counts_on_the_first_open_day() {
    let desk = Desk::open().await;
    let finance = &desk.estate.finance;
    finance.post(&desk.estate.at("/go-live"), json!({"go_live_on": "2026-01-05"})).await.good();
    desk.record(desk.line("0", "1.00", "2026-01-10")).await;
    let close = json!({"period": "2026-01", "suspense": "1.00", "allowance_declined": true, "bank_accounts": 1});
    finance.post(&desk.estate.at("/periods:close"), close).await.good();
    let late = desk.record(desk.line("1", "88.00", "2026-01-31")).await;
    assert_eq!(late["result"]["facts"][0]["effective_on"], "2026-02-01");
    assert_eq!(fact(&late, "payment_received")["value_on"], "2026-01-31");
    let waiting = desk.waiting(&late).await;
    let shown: Vec<_> = waiting.iter().map(|item| (item["value_on"].clone(), item["effective_on"].clone())).collect();
    assert_eq!(shown[1], (json!("2026-01-31"), json!("2026-02-01")));
    assert_eq!(waiting[1]["age_days"], 30, "it waits since its bank day");
    desk.estate.server.stop().await;
}

#[tokio::test]
async fn what_is_no_bank_line_is_refused_by_field_and_nothing_is_written() {
    let desk = Desk::open().await;
    let till = desk.estate.channel_account("cash").await;
    let path = desk.estate.at("/bank-lines");
    let good = desk.line("1", "88.00", "2026-02-27");
    for (field, value, code) in [
        ("channel_account", json!(till), "bank_line_must_be_of_bank_account"),
        ("channel_account", json!("0190b0e0-0000-7000-8000-000000000001"), "channel_account_must_be_open"),
        ("amount", json!("0.00"), "amount_must_be_positive"),
        ("amount", json!(88), "amount_must_be_text"),
        ("booked_on", json!("2026-03-03"), "value_date_must_not_be_in_future"),
        ("booked_on", json!("2026-02-30"), "date_malformed"),
        ("serial", json!("流水"), "code_malformed"),
        ("serial", json!("1".repeat(33)), "code_malformed"),
        ("occurrence", json!(0), "must_be_whole_number"),
        ("remark", json!("长".repeat(2_001)), "text_must_be_bounded"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let reply = desk.estate.finance.post(&path, body).await;
        let (pointer, found) = reply.blamed(422);
        assert_eq!((pointer, found), (format!("/{field}"), code.to_owned()), "{}", reply.text);
    }
    let cashier = desk.estate.cashier.post(&path, good.clone()).await;
    assert_eq!(cashier.status, 403, "the cashier takes money and nothing else");
    let newest = desk.record(good).await;
    assert_eq!(desk.waiting(&newest).await.len(), 1);
    let bad = desk.estate.finance.get(&desk.estate.at("/suspense?cursor=x&on=2026-03-02")).await;
    assert_eq!(bad.status, 400);
    desk.estate.server.stop().await;
}

/// A statement as a bank writes it.
pub(super) fn statement(rows: &[&str]) -> String {
    format!("某银行明细\n记账日期,借方发生额,贷方发生额,交易流水号,对方户名,对方账号,摘要\n{}\n", rows.join("\n"))
}

#[tokio::test]
async fn a_statement_is_recorded_line_by_line_and_each_line_once() {
    let desk = Desk::open().await;
    let (unit, _) = desk.unit("3-1-1202").await;
    let path = desk.estate.at(&format!("/channel-accounts/{}/statements", desk.bank));
    let files = desk.estate.finance.with("content-type", "text/csv");
    let typed = desk.record(desk.line("20260227001", "88.00", "2026-02-27")).await;
    let rows = [
        "20260227,,88.00,20260227001,张三,6222021234567890017,物业费",
        "20260227,\"12,000.00\",,20260227002,某供应商,,电费",
        "20260228,,\"1,268.80\",,李四,,3-1-1202 全年",
        "20260228,,5.00,,,,",
        "20260228,,5.00,,,,",
        "20260303,,9.00,,,,明天",
    ];
    let send = |key: &'static str, rows: &[&str]| {
        let body = statement(rows).into();
        let (files, path) = (files.clone(), path.clone());
        async move { files.send(Method::POST, &path, &[("idempotency-key", key)], Some(body)).await.good() }
    };
    let told = |answer: &Value| {
        let number = |field: &str| answer[field].as_i64().unwrap();
        (number("lines"), number("recorded"), number("already_recorded"), number("outgoing"))
    };
    let first = send("one", &rows).await;
    assert_eq!(told(&first), (5, 3, 1, 1));
    assert_eq!(first["refused"][0]["row"], 8);
    assert_eq!(first["refused"][0]["rule"]["code"], "value_date_must_not_be_in_future");
    assert!(!first.to_string().contains("李四"), "{first}");
    assert_eq!(send("one", &rows).await, first, "the same request is answered the same");
    // Another day's file that overlaps, under another key: what is there already stays as it is.
    let second = send("two", &[&rows[2..5], &["20260301,,6.00,,,,"]].concat()).await;
    assert_eq!(told(&second), (4, 1, 3, 0));
    let newest = desk.record(desk.line("end", "0.01", "2026-03-01")).await;
    let waiting = desk.waiting(&newest).await;
    assert_eq!(summed(&waiting), 8_800 + 126_880 + 500 + 500 + 600 + 1);
    assert_eq!(desk.on_the_books(&newest).await, summed(&waiting));
    let named = waiting.iter().find(|item| item["amount"] == "1268.80").unwrap();
    assert_eq!(named["suggestions"][0]["unit"], json!(unit));
    // A record that was a mistake is reversed: its line may come with the next file.
    let reverse = desk.estate.at(&format!("/payments/{}/reverse", began(&typed, "payment")));
    desk.estate.finance.post(&reverse, json!({"reason": "录错"})).await.good();
    assert_eq!(told(&send("three", &rows[..1]).await), (1, 1, 0, 0));
    desk.estate.server.stop().await;
}

#[tokio::test]
async fn a_statement_with_a_wrong_row_records_nothing() {
    let desk = Desk::open().await;
    let path = desk.estate.at(&format!("/channel-accounts/{}/statements", desk.bank));
    let files = desk.estate.finance.with("content-type", "text/csv");
    let wrong = statement(&["20260227,,88.00,1,张三,,", "20260230,,88.00,2,张三,,", "20260227,,=1+1,3,,,"]);
    let refused = files.post_raw(&path, wrong).await;
    assert_eq!(refused.refused(422), "statement_has_findings");
    assert!(!refused.text.contains("张三"), "{}", refused.text);
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    let told: Vec<_> = errors.iter().map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
    assert_eq!(told, [("/4/记账日期", "date_invalid"), ("/5/贷方发生额", "formula_not_allowed")]);
    for (kind, body, status, code) in [
        ("application/json", "{}", 415, "media_type_unsupported"),
        ("text/csv", "", 422, "statement_has_findings"),
        ("text/csv", "甲,乙\n1,2\n", 422, "statement_has_findings"),
        ("application/octet-stream", "PK\u{3}\u{4}", 422, "file_damaged"),
    ] {
        let reply = desk.estate.finance.with("content-type", kind).post_raw(&path, body).await;
        assert_eq!(reply.refused(status), code, "{kind} {body}");
    }
    let keyless = files.send(Method::POST, &path, &[], Some(statement(&["20260227,,1.00,1,,,"]).into())).await;
    assert_eq!(keyless.status, 400);
    let newest = desk.record(desk.line("1", "0.01", "2026-02-27")).await;
    assert_eq!(summed(&desk.waiting(&newest).await), 1, "nothing of them was recorded");
    desk.estate.server.stop().await;
}
