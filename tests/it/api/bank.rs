//! What the system and the bank do to money of a statement: matched when nothing is left to choose, undone, bounced.

use super::suspense::{Desk, statement};
use crate::estate::fact;
use crate::server::began;
use hyper::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// What is open of each of the January charges.
async fn open(desk: &Desk, account: &str) -> Vec<String> {
    let charges = desk.estate.finance.get(&desk.estate.at(&format!("/accounts/{account}/charges"))).await.good();
    charges["items"].as_array().unwrap().iter().map(|item| item["open"].as_str().unwrap().to_owned()).collect()
}

/// A payment, once the rows reflect a command.
async fn payment(desk: &Desk, newest: &Value, payment: &str) -> Value {
    desk.reading(newest).get(&desk.estate.at(&format!("/payments/{payment}"))).await.good()
}

/// The payment once the system has matched it.
async fn matched(desk: &Desk, line: &Value) -> Value {
    let id = began(line, "payment");
    for _ in 0..400 {
        let found = payment(desk, line, &id).await;
        if found["match_status"] == "matched" && found["suspense"] == "0.00" {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let found = payment(desk, line, &id).await;
    assert_eq!(found["match_status"], "matched", "{found}");
    found
}

fn naming(desk: &Desk, serial: &str, amount: &str, remark: &str) -> Value {
    let mut line = desk.line(serial, amount, "2026-03-01");
    line["remark"] = json!(remark);
    line
}

#[tokio::test]
async fn a_line_that_leaves_nothing_to_choose_is_matched_once_and_never_again_when_undone() {
    let desk = Desk::open().await;
    let (_, account) = desk.unit("3-1-1202").await;
    let (_, other) = desk.unit("3-1-1203").await;
    let item = desk.estate.fee_item().await;
    desk.estate.charge(&account, &item, "250.60").await;
    desk.estate.charge(&other, &item, "99.00").await;
    let near = desk.record(naming(&desk, "1", "250.61", "3-1-1202")).await;
    let both = desk.record(naming(&desk, "2", "250.60", "3-1-1202 3-1-1203")).await;
    let nobody = desk.record(naming(&desk, "3", "250.60", "物业费")).await;
    let line = desk.record(naming(&desk, "4", "250.60", "3-1-1202 物业费")).await;
    let id = began(&line, "payment");
    let found = matched(&desk, &line).await;
    assert_eq!(found["identified"], "250.60");
    assert_eq!(open(&desk, &account).await, ["0.00"]);
    for choice in [&near, &both, &nobody] {
        let found = payment(&desk, choice, &began(choice, "payment")).await;
        assert_eq!((&found["match_status"], &found["identified"]), (&Value::Null, &json!("0.00")), "a person decides");
    }
    let body = json!({"reason": "代他人缴纳"});
    let path = format!("/payments/{id}/undo-match");
    let undone = desk.approved("undo_bank_match", &id, &path, body.clone()).await;
    assert_eq!(fact(&undone, "bank_match_undone")["reason"], "代他人缴纳");
    assert_eq!(desk.estate.finance.post(&desk.estate.at(&path), body).await.refused(409), "bank_line_must_be_matched");
    // The worker goes round for another line, and leaves the one that was undone.
    let second = desk.record(naming(&desk, "5", "99.00", "3-1-1203")).await;
    matched(&desk, &second).await;
    let found = payment(&desk, &second, &id).await;
    assert_eq!((&found["match_status"], &found["suspense"]), (&json!("undone"), &json!("250.60")));
    assert_eq!(open(&desk, &account).await, ["250.60"]);
    let waiting = desk.waiting(&second).await;
    assert_eq!(waiting.iter().filter(|item| item["suspense"] == "250.60").count(), 3);
    desk.estate.server.stop().await;
}

#[tokio::test]
async fn two_imports_of_a_statement_at_once_match_each_line_once() {
    let desk = Desk::open().await;
    let item = desk.estate.fee_item().await;
    let (mut rows, mut accounts) = (Vec::new(), Vec::new());
    for n in 1..=4 {
        let (_, account) = desk.unit(&format!("3-1-120{n}")).await;
        desk.estate.charge(&account, &item, &format!("10{n}.00")).await;
        rows.push(format!("20260301,,10{n}.00,2026030100{n},李四,,3-1-120{n}"));
        accounts.push(account);
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let path = desk.estate.at(&format!("/channel-accounts/{}/statements", desk.bank));
    let files = desk.estate.finance.with("content-type", "text/csv");
    let send = |key: &'static str| {
        let (files, path, body) = (files.clone(), path.clone(), statement(&rows).into());
        async move { files.send(Method::POST, &path, &[("idempotency-key", key)], Some(body)).await.good() }
    };
    let (one, two) = tokio::join!(send("one"), send("two"));
    let recorded = |answer: &Value| answer["recorded"].as_i64().unwrap();
    assert_eq!(recorded(&one) + recorded(&two), 4, "{one} {two}");
    for _ in 0..400 {
        let mut all = Vec::new();
        for account in &accounts {
            all.extend(open(&desk, account).await);
        }
        if all.iter().all(|open| open == "0.00") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for account in &accounts {
        assert_eq!(open(&desk, account).await, ["0.00"]);
        let lots = desk.estate.finance.get(&desk.estate.at(&format!("/accounts/{account}/lots"))).await.good();
        assert_eq!(lots["items"].as_array().unwrap().len(), 1, "{lots}");
    }
    let newest = desk.record(desk.line("end", "0.01", "2026-03-01")).await;
    assert_eq!(desk.waiting(&newest).await.len(), 1);
    desk.estate.server.stop().await;
}

#[tokio::test]
async fn a_bounced_cheque_is_taken_back_with_all_it_did_whatever_month_is_closed() {
    let desk = Desk::open().await;
    let finance = &desk.estate.finance;
    let (_, account) = desk.unit("3-1-1202").await;
    let item = desk.estate.fee_item().await;
    finance.post(&desk.estate.at("/go-live"), json!({"go_live_on": "2026-01-05"})).await.good();
    desk.estate.charge(&account, &item, "100.00").await;
    let cheque = json!({
        "channel_account": desk.bank, "reference": "30905120", "amount": "120.00", "value_on": "2026-01-20",
        "method": "cheque", "spending": {"pays": [{"account": account}], "rest_to": account},
    });
    let recorded = finance.post(&desk.estate.at("/payments"), cheque).await.good();
    let id = began(&recorded, "payment");
    let close = json!({"period": "2026-01", "suspense": "0.00", "allowance_declined": true, "bank_accounts": 1});
    finance.post(&desk.estate.at("/periods:close"), close).await.good();
    let path = desk.estate.at(&format!("/payments/{id}/bounce"));
    let bounce = json!({"reference": "20260122000003", "booked_on": "2026-01-22", "reason": "存款不足"});
    let cashier = desk.estate.cashier.post(&path, bounce.clone()).await;
    assert_eq!(cashier.status, 403, "the cashier takes money and nothing else");
    let bounced = finance.post(&path, bounce.clone()).await.good();
    assert_eq!(fact(&bounced, "payment_bounced")["value_on"], "2026-01-22");
    let facts = bounced["result"]["facts"].as_array().unwrap();
    let of = |name: &str| facts.iter().find(|fact| fact["event_type"] == name).unwrap()["effective_on"].clone();
    assert!(of("payment_bounced").as_str().unwrap() >= "2026-02-01", "{bounced}");
    assert_eq!(finance.post(&path, bounce).await.refused(409), "payment_must_not_be_reversed");
    let found = desk.reading(&bounced).get(&desk.estate.at(&format!("/payments/{id}"))).await.good();
    assert_eq!((&found["status"], &found["bounced_on"]), (&json!("bounced"), &json!("2026-01-22")));
    assert_eq!((&found["method"], &found["suspense"]), (&json!("cheque"), &json!("0.00")));
    assert_eq!(open(&desk, &account).await, ["100.00"]);
    let receipts = finance.get(&desk.estate.at(&format!("/payments/{id}/receipts"))).await.good();
    assert!(receipts["items"].as_array().unwrap().iter().all(|receipt| receipt["status"] == "reversed"), "{receipts}");
    assert_eq!(desk.on_the_books(&bounced).await, 0);
    // Money in suspense bounces too, and its line is not recorded a second time.
    let line = desk.line("77", "5.00", "2026-03-01");
    let waiting = desk.record(line.clone()).await;
    let path = desk.estate.at(&format!("/payments/{}/bounce", began(&waiting, "payment")));
    let back = json!({"reference": "78", "booked_on": "2026-03-02", "reason": "账号有误"});
    let newest = finance.post(&path, back).await.good();
    assert!(desk.waiting(&newest).await.is_empty());
    let again = finance.post(&desk.estate.at("/bank-lines"), line).await;
    assert_eq!(again.refused(409), "reference_must_be_unused");
    desk.estate.server.stop().await;
}

#[tokio::test]
async fn a_reconciliation_statement_foots_or_says_by_how_much_it_does_not() {
    let desk = Desk::open().await;
    let finance = &desk.estate.finance;
    let (_, account) = desk.unit("3-1-1202").await;
    finance.post(&desk.estate.at("/go-live"), json!({"go_live_on": "2026-01-05"})).await.good();
    let transfer = json!({
        "channel_account": desk.bank, "reference": "T-1", "amount": "100.00", "value_on": "2026-01-20",
        "spending": {"rest_to": account},
    });
    finance.post(&desk.estate.at("/payments"), transfer).await.good();
    let close = json!({"period": "2026-01", "suspense": "0.00", "allowance_declined": true, "bank_accounts": 1});
    finance.post(&desk.estate.at("/periods:close"), close).await.good();
    desk.record(desk.line("late", "88.00", "2026-01-31")).await;
    let of_bank = |path: &str| desk.estate.at(&format!("/channel-accounts/{}/{path}", desk.bank));
    let balance = json!({"period": "2026-01", "balance": "12173.00"});
    let newest = finance.post(&of_bank("bank-balances"), balance).await.good();
    let statement = |newest: Value, period: &'static str| {
        let path = of_bank(&format!("bank-statement?period={period}"));
        let reading = desk.reading(&newest);
        async move { reading.get(&path).await.good() }
    };
    let unexplained = statement(newest, "2026-01").await;
    assert_eq!((&unexplained["book_balance"], &unexplained["received_late"]), (&json!("100.00"), &json!("88.00")));
    assert_eq!((&unexplained["adjusted_book"], &unexplained["difference"]), (&json!("188.00"), &json!("11985.00")));
    let item = |side: &str, amount: &str, on: &str, note: &str| json!({"side": side, "amount": amount, "booked_on": on, "note": note});
    let before = item("bank_received", "12000.00", "2026-01-04", "上线前余额");
    finance.post(&of_bank("bank-items"), before).await.good();
    let fee = item("bank_paid", "15.00", "2026-01-31", "账户管理费");
    let stated = finance.post(&of_bank("bank-items"), fee).await.good();
    let whole = statement(stated.clone(), "2026-01").await;
    assert_eq!((&whole["adjusted_bank"], &whole["adjusted_book"]), (&json!("12173.00"), &json!("12173.00")));
    assert_eq!((&whole["difference"], whole["items"].as_array().unwrap().len()), (&json!("0.00"), 2));
    let item = fact(&stated, "bank_item_stated")["item"].as_str().unwrap().to_owned();
    let clear = desk.estate.at(&format!("/bank-items/{item}/clear"));
    let cleared = finance.post(&clear, json!({"cleared_on": "2026-02-10"})).await.good();
    assert_eq!(statement(cleared.clone(), "2026-01").await["difference"], "0.00", "January stays as it was");
    let february = statement(cleared, "2026-02").await;
    assert_eq!((&february["book_balance"], &february["received_late"]), (&json!("188.00"), &json!("0.00")));
    assert_eq!((february["items"].as_array().unwrap().len(), &february["difference"]), (1, &Value::Null));
    desk.estate.server.stop().await;
}
