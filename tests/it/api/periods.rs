//! Closing months through the API: what was charged ahead, and the same close sent again.

use crate::estate::{Estate, fact};
use crate::server::{Server, began};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[tokio::test]
async fn a_month_that_was_billed_ahead_is_released_when_it_is_closed() {
    let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
    let item = estate.fee_item().await;
    estate.finance.post(&estate.at("/go-live"), json!({"go_live_on": "2026-01-05"})).await.good();
    let (_, account) = estate.unit("3-1-1202").await;
    let ahead = json!({
        "fee_item": item, "amount": "106.00", "due_on": "2026-02-28",
        "service": {"from": "2026-02-01", "until": "2026-03-01"},
    });
    let posted = estate.finance.post(&estate.at(&format!("/accounts/{account}/charges")), ahead).await.good();
    assert_eq!(fact(&posted, "charge_posted")["booking"]["recognised"], false);
    let finance = estate.finance.with("mingzhang-given-time", "2026-03-02T02:00:00Z");
    let close = estate.at("/periods:close");
    let early = finance.post(&close, closing("2026-02")).await;
    assert_eq!(early.refused(409), "period_must_be_next");
    finance.post(&close, closing("2026-01")).await.good();
    let closed = finance.post_as("close-february", &close, closing("2026-02")).await.good();
    assert_eq!(fact(&closed, "period_closed"), &json!({"period": "2026-02", "version": "1"}));
    let again = finance.post_as("close-february", &close, closing("2026-02")).await.good();
    assert_eq!(again, closed);
    let february = books_of_february(&estate, &closed).await;
    assert_eq!(february, ["revenue 0.00 100.00", "unearned 100.00 0.00", "vat_due 0.00 6.00", "vat_pending 6.00 0.00"]);
    estate.server.stop().await;
}

#[tokio::test]
async fn tax_by_receipt_is_due_at_the_close_of_the_month_that_it_was_paid_in() {
    let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
    let (bank, (_, account)) = (estate.channel_account("bank").await, estate.unit("3-1-1202").await);
    let vat = json!({"category": "rated", "rate": "0.09", "tax_point": "receipt"});
    let parking = json!({"name": "车位租金", "fund": "operating", "priority": 20, "vat": vat});
    let item = began(&estate.finance.post(&estate.at("/fee-items"), parking).await.good(), "fee_item");
    let charge = estate.charge(&account, &item, "218.00").await;
    let pay = |amount: &str, on: &str, reference: &str| {
        json!({
            "channel_account": bank, "reference": reference, "amount": amount, "value_on": on,
            "spending": {"pays": [{"account": account, "charges": [charge]}]},
        })
    };
    estate.cashier.post(&estate.at("/payments"), pay("109.00", "2026-01-05", "B-1")).await.good();
    let finance = estate.finance.with("mingzhang-given-time", "2026-02-05T02:00:00Z");
    let cashier = estate.cashier.with("mingzhang-given-time", "2026-02-05T02:00:00Z");
    cashier.post(&estate.at("/payments"), pay("109.00", "2026-02-05", "B-2")).await.good();
    let close = |period: &str| json!({"period": period, "allowance_declined": true, "bank_accounts": 1});
    let closed = finance.post(&estate.at("/periods:close"), close("2026-01")).await.good();
    // January: 18.00 of tax were charged, half of it was received.
    let january = books_of("2026-01", &estate, &closed).await;
    for row in ["revenue 0.00 200.00", "vat_due 0.00 9.00", "vat_pending 9.00 18.00"] {
        assert!(january.iter().any(|have| have == row), "{row}: {january:?}");
    }
    let finance = finance.with("mingzhang-given-time", "2026-03-02T02:00:00Z");
    let closed = finance.post(&estate.at("/periods:close"), close("2026-02")).await.good();
    let february = books_of_february(&estate, &closed).await;
    for row in ["vat_due 0.00 9.00", "vat_pending 9.00 0.00"] {
        assert!(february.iter().any(|have| have == row), "{row}: {february:?}");
    }
    assert_eq!(estate.server.unsound().await, [""; 0]);
    estate.server.stop().await;
}

#[tokio::test]
async fn a_closed_month_is_sealed_once_and_its_figures_are_what_was_sealed() {
    let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
    let item = estate.fee_item().await;
    let (_, account) = estate.unit("3-1-1202").await;
    estate.charge(&account, &item, "250.60").await;
    let finance = estate.finance.with("mingzhang-given-time", "2026-02-02T02:00:00Z");
    let closed = finance.post(&estate.at("/periods:close"), closing("2026-01")).await.good();
    let sealed = sealed(&estate, 1).await;
    assert_eq!(sealed["sealed_size"], closed["position"]);
    let approval = json!({
        "operation": "reopen_period", "path": {}, "body": {"period": "2026-01", "reason": "漏开账单"},
        "reason": "核对无误",
    });
    let asked = finance.post(&estate.at("/approvals"), approval).await.good();
    let (id, digest) = (began(&asked, "approval"), &fact(&asked, "approval_requested")["digest"]);
    let second = estate.second_finance.with("mingzhang-given-time", "2026-02-02T02:00:00Z");
    second.post(&estate.at(&format!("/approvals/{id}/grant")), json!({"digest": digest})).await.good();
    let reopen = json!({"period": "2026-01", "reason": "漏开账单", "approval": id});
    finance.post(&estate.at("/periods:reopen"), reopen).await.good();
    finance.post(&estate.at("/periods:close"), closing("2026-01")).await.good();
    let again = self::sealed(&estate, 2).await;
    assert_ne!(again["sealed_root"], sealed["sealed_root"]);
    assert_eq!(again["sealed_figures"], sealed["sealed_figures"], "nothing came in between");
    estate.server.stop().await;
}

/// A close with nothing in suspense and the allowance as it is.
fn closing(period: &str) -> Value {
    json!({"period": period, "allowance_declined": true})
}

#[tokio::test]
async fn the_checklist_says_what_stands_in_the_way_and_so_does_the_close() {
    let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
    let fee_item = estate.fee_item().await;
    estate.unit("1-101").await;
    let (till, bank) = (estate.channel_account("cash").await, estate.channel_account("bank").await);
    let open = json!({"channel_account": till, "float": "200.00"});
    let shift = began(&estate.cashier.post(&estate.at("/shifts"), open).await.good(), "shift");
    let unknown = json!({
        "channel_account": bank, "reference": "B-1", "amount": "77.07", "value_on": "2026-01-04", "spending": {},
    });
    estate.cashier.post(&estate.at("/payments"), unknown).await.good();
    let shared = json!({
        "fee_item": fee_item, "label": "公共照明", "amount": "10.00", "weight": {"kind": "household"},
        "service": {"from": "2026-01-05", "until": "2026-02-01"}, "scope": {"kind": "community"},
    });
    let opened = estate.finance.post(&estate.at("/pools"), shared).await.good();
    let pool = began(&opened, "pool");
    let later = "2026-02-02T02:00:00Z";
    let (finance, cashier) =
        (estate.finance.with("mingzhang-given-time", later), estate.cashier.with("mingzhang-given-time", later));
    let path = estate.at("/periods:checklist?period=2026-01");
    let at = format!("{}@{}", estate.community, opened["position"]);
    let checklist = estate.auditor.with("ledger-position", at).get(&path).await.good();
    let item = |check: &str| {
        let items = checklist["items"].as_array().unwrap();
        items.iter().find(|item| item["check"] == check).unwrap().clone()
    };
    assert_eq!(item("shifts_closed"), json!({"check": "shifts_closed", "done": false, "open": [shift]}));
    assert_eq!(
        (&item("suspense_reviewed")["amount"], &item("suspense_reviewed")["count"]),
        (&json!("77.07"), &json!(1))
    );
    assert_eq!(item("pools_posted"), json!({"check": "pools_posted", "done": false, "open": [pool]}));
    assert_eq!(item("banks_reconciled"), json!({"check": "banks_reconciled", "done": false, "open": [bank]}));
    assert_eq!((&item("cash_banked")["done"], &item("meters_read")["count"]), (&json!(true), &json!(0)));
    assert_eq!((&item("allowance_decided")["done"], &item("bill_runs_posted")["done"]), (&json!(false), &json!(true)));
    let close = estate.at("/periods:close");
    let refused = async |body: Value| finance.post(&close, body).await.refused(409);
    assert_eq!(refused(closing("2026-01")).await, "shifts_must_be_closed");
    let counted = json!({"counted": "200.00"});
    cashier.post(&estate.at(&format!("/shifts/{shift}/close")), counted).await.good();
    assert_eq!(refused(closing("2026-01")).await, "pools_must_be_posted");
    finance.post(&estate.at(&format!("/pools/{pool}/discard")), json!({"reason": "金额录错"})).await.good();
    assert_eq!(refused(closing("2026-01")).await, "suspense_must_be_reviewed");
    let reviewed = json!({"period": "2026-01", "suspense": "77.07"});
    assert_eq!(refused(reviewed).await, "bank_accounts_must_be_reconciled");
    let reviewed = json!({"period": "2026-01", "suspense": "77.07", "bank_accounts": 1});
    assert_eq!(refused(reviewed.clone()).await, "allowance_must_be_decided");
    let allowance = json!({"provided": "20.00", "reason": "账龄分析"});
    finance.post(&estate.at("/allowance"), allowance).await.good();
    let closed = finance.post(&close, reviewed).await.good();
    let review = fact(&closed, "period_reviewed");
    assert_eq!(
        (&review["suspense"], &review["payments"], &review["allowance"]),
        (&json!("77.07"), &json!("1"), &json!("set"))
    );
    assert_eq!(fact(&closed, "period_closed")["version"], "1");
    let nameless = estate.auditor.get(&estate.at("/periods:checklist")).await;
    assert_eq!(nameless.blamed(400), ("period".to_owned(), "field_required".to_owned()));
    estate.server.stop().await;
}

#[tokio::test]
async fn the_allowance_follows_from_the_ages_of_what_is_owed() {
    let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
    let (_, account) = estate.unit("1-101").await;
    for (name, due_on, amount) in
        [("一", "2026-04-30", "100.00"), ("二", "2026-03-21", "33.33"), ("三", "2026-01-10", "50.10")]
    {
        let item = json!({"name": name, "fund": "operating", "priority": 10, "vat": {"category": "exempt"}});
        let item = began(&estate.finance.post(&estate.at("/fee-items"), item).await.good(), "fee_item");
        let charge = json!({
            "fee_item": item, "amount": amount, "due_on": due_on, "service": {"from": "2026-01-01", "until": "2026-02-01"},
        });
        estate.finance.post(&estate.at(&format!("/accounts/{account}/charges")), charge).await.good();
    }
    let proposal = async || {
        let head = estate.server.head(&estate.community).await;
        let reader = estate.finance.with("ledger-position", format!("{}@{head}", estate.community));
        reader.get(&estate.at("/allowance:proposal?period=2026-03")).await
    };
    assert_eq!(proposal().await.refused(404), "not_found", "no shares hold");
    let rates = json!({
        "from": "2026-01", "not_due": "0", "d1_30": "0.005", "d31_60": "0.01", "d61_90": "0.02", "d91_180": "0.05",
        "d181_365": "0.1", "d366_730": "0.3", "d731_1095": "0.5", "over": "1",
    });
    estate.finance.post(&estate.at("/allowance:rates"), rates).await.good();
    let said = proposal().await.good();
    let amounts: Vec<&str> =
        said["items"].as_array().unwrap().iter().map(|item| item["amount"].as_str().unwrap()).collect();
    assert_eq!(amounts, ["0.00", "0.17", "0.00", "1.00", "0.00", "0.00", "0.00", "0.00", "0.00"]);
    assert_eq!(
        (&said["needed"], &said["balance"], &said["provided"]),
        (&json!("1.17"), &json!("0.00"), &json!("1.17"))
    );
    let set = json!({"provided": said["provided"], "reason": "账龄分析"});
    estate.finance.post(&estate.at("/allowance"), set).await.good();
    let again = proposal().await.good();
    assert_eq!(
        (&again["balance"], &again["change"], &again["provided"]),
        (&json!("1.17"), &json!("0.00"), &json!("1.17"))
    );
    estate.server.stop().await;
}

/// Sends payments of the end of February and charges of March until told to stop; answers every answer.
async fn business(estate: &Estate, accounts: &[String], (item, bank): (&str, &str), stop: &AtomicBool) -> Vec<Value> {
    let [finance, cashier] =
        [&estate.finance, &estate.cashier].map(|who| who.with("mingzhang-given-time", "2026-03-02T02:00:00Z"));
    let mut answers = Vec::new();
    for (n, account) in accounts.iter().cycle().enumerate() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let pay = json!({
            "channel_account": bank, "reference": format!("B-{n}"), "amount": "1.00", "value_on": "2026-02-20",
            "spending": {"pays": [{"account": account, "charges": []}], "rest_to": account},
        });
        answers.push(cashier.post(&estate.at("/payments"), pay).await.good());
        let charge = json!({
            "fee_item": item, "amount": "1.00", "due_on": "2026-03-31",
            "service": {"from": "2026-03-01", "until": "2026-04-01"},
        });
        answers.push(finance.post(&estate.at(&format!("/accounts/{account}/charges")), charge).await.good());
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_month_is_being_closed_everything_else_goes_on() {
    let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
    let item = estate.fee_item().await;
    estate.finance.post(&estate.at("/go-live"), json!({"go_live_on": "2026-01-05"})).await.good();
    let accounts = estate.charged_for_february(160, std::slice::from_ref(&item)).await;
    let total = json!({"totals": [{"kind": "charge", "fee_item": item, "amount": "0.00"}]});
    let opening = began(&estate.finance.post(&estate.at("/openings"), total).await.good(), "opening");
    let finance = estate.finance.with("mingzhang-given-time", "2026-03-02T02:00:00Z");
    let (close, stop) = (estate.at("/periods:close"), AtomicBool::new(false));
    finance.post(&close, closing("2026-01")).await.good();
    let bank = estate.channel_account("bank").await;
    let before = json!({"channel_account": bank, "reference": "B", "amount": "1.00", "value_on": "2026-02-20", "spending": {"rest_to": accounts[0]}});
    finance.post(&estate.at("/payments"), before).await.good();
    let february = json!({"period": "2026-02", "allowance_declined": true, "bank_accounts": 1});
    let closing_february = async {
        let twice = tokio::join!(
            finance.post_as("february", &close, february.clone()),
            finance.post_as("february", &close, february.clone())
        );
        stop.store(true, Ordering::Relaxed);
        let (one, other) = (twice.0.good(), twice.1.good());
        assert_eq!(one, other, "the same close, asked for by two");
        one
    };
    let (closed, answers) = tokio::join!(closing_february, business(&estate, &accounts, (&item, &bank), &stop));
    // An outside fact counts in the month as long as it is open, and on the first open day from then on.
    let at = |answer: &Value| answer["position"].as_u64().unwrap();
    let payments = answers.iter().filter(|answer| answer["result"]["facts"][0]["event_type"] == "payment_received");
    for answer in payments.clone() {
        let counts_on = if at(answer) < at(&closed) { "2026-02-20" } else { "2026-03-01" };
        assert_eq!(answer["result"]["facts"][0]["effective_on"], counts_on, "{answer}");
    }
    assert!(payments.clone().any(|answer| at(answer) < at(&closed)), "some came in between");
    // What would be dated in a closed month is refused by name.
    let nothing = json!({"records": 0, "amount": "0.00"});
    let post = estate.at(&format!("/openings/{opening}/post"));
    assert_eq!(finance.post(&post, nothing).await.refused(409), "period_must_be_open");
    assert_eq!(finance.post(&close, closing("2026-02")).await.refused(409), "period_must_be_open");
    assert_eq!(finance.post(&close, closing("2026-03")).await.refused(409), "period_must_be_over");
    let february = books_of_february(&estate, &closed).await;
    let released =
        ["revenue 0.00 16000.00", "unearned 16000.00 0.00", "vat_due 0.00 960.00", "vat_pending 960.00 0.00"];
    assert!(released.iter().all(|row| february.iter().any(|have| have == row)), "{february:?}");
    assert_eq!(estate.server.unsound().await, [""; 0]);
    estate.server.stop().await;
}

/// January once this version of it is sealed.
async fn sealed(estate: &Estate, version: u64) -> Value {
    loop {
        let list = estate.auditor.get(&estate.at("/periods")).await.good();
        let row = &list["items"][0];
        if row["version"] == version && row.get("sealed_root").is_some() {
            return row.clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Debits and credits dated in February.
async fn books_of_february(estate: &Estate, closed: &Value) -> Vec<String> {
    books_of("2026-02", estate, closed).await
}

/// Debits and credits dated in a month.
async fn books_of(month: &str, estate: &Estate, closed: &Value) -> Vec<String> {
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, closed["position"]));
    let balance = auditor.get(&estate.at(&format!("/trial-balance?until={month}"))).await.good();
    let rows = balance["items"].as_array().unwrap().iter().filter(|row| row["month"] == month);
    let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
    rows.map(|row| format!("{} {} {}", text(row, "book"), text(row, "debit"), text(row, "credit"))).collect()
}
