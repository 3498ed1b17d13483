//! Bill runs and single bills: every unit once, skipped with a reason, cut off and gone on with.

use crate::client::{Client, Events};
use crate::estate::{Estate, fact};
use crate::server::{began, today};
use mingzhang_domain::calendar::CivilDate;
use serde_json::{Value, json};
use std::time::Duration;

/// Units that are charged for a fee item since 2024.
async fn charged_units(estate: &Estate, client: &Client, codes: &[&str]) -> Vec<String> {
    let item = estate.fee_item_by(client).await;
    let mut units = Vec::new();
    for code in codes {
        let (unit, _) = estate.unit_by(client, code).await;
        estate.attach(client, &unit, &item).await;
        units.push(unit);
    }
    units
}

/// Starts a run; answers it and the events after its start.
pub(super) async fn start(estate: &Estate, client: &Client, month: &str) -> (String, Events) {
    let started = client.post(&estate.at("/bill-runs"), json!({"month": month})).await.good();
    let events = estate.finance.follow(&estate.at("/events"), started["position"].as_u64().unwrap()).await;
    (began(&started, "bill_run"), events)
}

/// The end of a run, and how many charges it posted before.
pub(super) async fn completed(events: &mut Events, run: &str) -> (Value, usize) {
    let mut charges = 0;
    loop {
        let event = events.next().await;
        if event["event_type"] == "charge_posted" && event["data"]["run"] == run {
            charges += 1;
        }
        if event["event_type"] == "bill_run_completed" && event["stream_id"] == run {
            return (event, charges);
        }
    }
}

/// The run as it is read at the end.
async fn progress(estate: &Estate, run: &str, end: &Value) -> Value {
    let at = format!("{}@{}", estate.community, end["position"]);
    estate.auditor.with("ledger-position", at).get(&estate.at(&format!("/bill-runs/{run}"))).await.good()
}

#[tokio::test]
async fn a_run_bills_every_unit_and_says_why_it_skipped_one() {
    let estate = Estate::build().await;
    charged_units(&estate, &estate.finance, &["1-101", "1-102"]).await;
    estate.unit("1-103").await;
    let (run, mut events) = start(&estate, &estate.finance, "2026-01").await;
    let (end, charges) = completed(&mut events, &run).await;
    assert_eq!(charges, 2);
    // A unit without any fee item is no news.
    assert_eq!(end["data"], json!({"charges": "2", "amount": "501.20", "skipped": "0"}));
    let read = progress(&estate, &run, &end).await;
    assert_eq!((&read["done"], &read["total"], &read["charges"]), (&json!(3), &json!(3), &json!(2)));
    assert_eq!(read["amount"], "501.20");
    assert_eq!(read["skipped_by_reason"], json!({}));
    // Another run over the same month finds it all charged already.
    let (again, _) = start(&estate, &estate.finance, "2026-01").await;
    let (end, charges) = completed(&mut events, &again).await;
    assert_eq!((charges, &end["data"]["skipped"]), (0, &json!("2")));
    let read = progress(&estate, &again, &end).await;
    assert_eq!(read["skipped_by_reason"], json!({"already_charged": 2}));
    let skipped = estate.at(&format!("/bill-runs/{again}/skipped"));
    let first = estate.finance.get(&format!("{skipped}?limit=1")).await.good();
    let rest = format!("{skipped}?reason=already_charged&cursor={}", first["next_cursor"].as_str().unwrap());
    let rest = estate.finance.get(&rest).await.good();
    let told = |page: &Value| {
        let skip = &page["items"][0];
        (skip["unit_code"].clone(), skip["reason"].clone(), skip["service_from"].clone())
    };
    let already = |code| (json!(code), json!("already_charged"), json!("2026-01-01"));
    let mut both = [told(&first), told(&rest)];
    both.sort_by_key(|(code, ..)| code.to_string());
    assert_eq!(both, [already("1-101"), already("1-102")]);
    let none = estate.finance.get(&format!("{skipped}?reason=area_missing")).await.good();
    assert_eq!(none["items"], json!([]));
    estate.server.stop().await;
}

#[tokio::test]
async fn a_run_that_was_cut_off_is_finished_by_the_next_start() {
    let mut estate = Estate::build().await;
    charged_units(&estate, &estate.finance, &["1-101", "1-102", "1-103", "1-104", "1-105", "1-106"]).await;
    let started = estate.finance.post(&estate.at("/bill-runs"), json!({"month": "2026-01"})).await.good();
    assert_eq!(fact(&started, "bill_run_started")["units"], "6");
    estate.server = estate.server.restart().await;
    let mut events = estate.finance.follow(&estate.at("/events"), started["position"].as_u64().unwrap()).await;
    let (end, charges) = completed(&mut events, &began(&started, "bill_run")).await;
    assert_eq!(charges, 6);
    assert_eq!(end["data"], json!({"charges": "6", "amount": "1503.60", "skipped": "0"}));
    estate.server.stop().await;
}

#[tokio::test]
async fn on_a_given_clock_a_run_happens_when_it_was_started() {
    let mut estate = Estate::build().await;
    estate.community = estate.given_community().await;
    let client = estate.finance.with("mingzhang-given-time", "2024-03-05T02:00:00Z");
    charged_units(&estate, &client, &["1-101"]).await;
    let (run, mut events) = start(&estate, &client, "2024-03").await;
    let (end, charges) = completed(&mut events, &run).await;
    assert_eq!(charges, 1);
    assert_eq!(end["effective_on"], "2024-03-05");
    assert!(end["recorded_at"].as_str().unwrap().starts_with("2024-03-05T02:00:00"), "{end}");
    estate.server.stop().await;
}

#[tokio::test]
async fn one_unit_is_billed_singly_for_some_months() {
    let estate = Estate::build().await;
    let units = charged_units(&estate, &estate.finance, &["1-101"]).await;
    let path = estate.at(&format!("/units/{}/bill", units[0]));
    let billed = estate.finance.post(&path, json!({"from": "2026-01", "to": "2026-03"})).await.good();
    let charges = billed["result"]["facts"].as_array().unwrap();
    assert_eq!(charges.iter().filter(|fact| fact["event_type"] == "charge_posted").count(), 3);
    let again = estate.finance.post(&path, json!({"from": "2026-02"})).await;
    assert_eq!(again.refused(409), "nothing_to_bill");
    let backwards = estate.finance.post(&path, json!({"from": "2026-03", "to": "2026-01"})).await;
    assert_eq!(backwards.refused(422), "months_must_be_in_order");
    let long = estate.finance.post(&path, json!({"from": "2026-01", "to": "2027-01"})).await;
    assert_eq!(long.refused(422), "months_must_be_in_order");
    assert_eq!(estate.finance.post(&path, json!({"from": "2026-13"})).await.blamed(422).0, "/from");
    assert_eq!(estate.cashier.post(&path, json!({"from": "2026-01"})).await.refused(403), "role_not_allowed");
    estate.server.stop().await;
}

/// A run once it stands so.
async fn stands(estate: &Estate, run: &str, since: &Value, status: &str) -> Value {
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, since["position"]));
    let path = estate.at(&format!("/bill-runs/{run}"));
    loop {
        let read = auditor.get(&path).await.good();
        if read["status"] == status {
            return read;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Drafted, looked at, approved by another, posted but for what has changed since, taken back and billed again.
#[tokio::test]
async fn a_draft_is_posted_as_it_was_seen_and_the_run_taken_back() {
    let estate = Estate::build().await;
    let finance = &estate.finance;
    let units = charged_units(&estate, finance, &["1-101", "1-102"]).await;
    let rules = json!({"allocation_policy": "principal_first", "notice_days": 0, "bill_runs_need_approval": true});
    finance.post(&estate.at("/rules"), rules).await.good();
    let january = json!({"month": "2026-01"});
    assert_eq!(
        finance.post(&estate.at("/bill-runs"), january.clone()).await.refused(409),
        "bill_runs_must_be_approved"
    );
    let begun = finance.post(&estate.at("/bill-runs/draft"), january.clone()).await.good();
    let run = began(&begun, "bill_run");
    let draft = stands(&estate, &run, &begun, "drafted").await;
    assert_eq!((&draft["drafted_charges"], &draft["drafted_amount"]), (&json!(2), &json!("501.20")));
    assert_eq!((&draft["charges"], &draft["done"]), (&json!(0), &json!(2)));
    let seen = finance.get(&estate.at(&format!("/bill-runs/{run}/units?limit=1"))).await.good();
    let first = &seen["items"][0];
    assert_eq!((&first["unit_code"], &first["amount"]), (&json!("1-101"), &json!("250.60")));
    assert!(seen["next_cursor"].is_string());

    // One unit is larger than it was thought to be.
    let area = json!({"from": "2026-01-01", "building_area_sqm": "100"});
    finance.post(&estate.at(&format!("/units/{}/areas", units[1])), area).await.good();
    let post = estate.at(&format!("/bill-runs/{run}/post"));
    let later = today().parse::<CivilDate>().unwrap().plus_days(20).to_string();
    let of_draft = json!({"digest": draft["digest"], "publish_on": later});
    assert_eq!(finance.post(&post, of_draft.clone()).await.refused(403), "approval_must_be_given");
    let body = estate.approved("post_bill_run", json!({"bill_run": run}), of_draft).await;
    let posting = finance.post(&post, body).await.good();
    let posted = stands(&estate, &run, &posting, "posted").await;
    assert_eq!((&posted["charges"], &posted["amount"]), (&json!(1), &json!("250.60")));
    assert_eq!(posted["skipped_by_reason"], json!({"changed_since_approval": 1}));
    assert_eq!(posted["published_on"], later);

    let wrong = json!({"reason": "单价录入有误"});
    let body = estate.approved("reverse_bill_run", json!({"bill_run": run}), wrong).await;
    let reversing = finance.post(&estate.at(&format!("/bill-runs/{run}/reverse")), body).await.good();
    let reversed = stands(&estate, &run, &reversing, "reversed").await;
    assert_eq!((&reversed["reversed_charges"], &reversed["reversed_amount"]), (&json!(1), &json!("250.60")));
    assert_eq!((&reversed["charges"], &reversed["not_reversed"]), (&json!(1), &json!(0)));
    let bill = |unit: &str| estate.at(&format!("/units/{unit}/bill"));
    for (unit, amount) in units.iter().zip(["250.60", "280.00"]) {
        let billed = finance.post(&bill(unit), json!({"from": "2026-01"})).await.good();
        assert_eq!(fact(&billed, "charge_posted")["amount"], amount);
    }
    let begun = finance.post(&estate.at("/bill-runs/draft"), january).await.good();
    let empty = began(&begun, "bill_run");
    assert_eq!(stands(&estate, &empty, &begun, "drafted").await["drafted_charges"], 0);
    let discard = estate.at(&format!("/bill-runs/{empty}/discard"));
    let gone = finance.post(&discard, json!({"reason": "无可出账"})).await.good();
    stands(&estate, &empty, &gone, "discarded").await;
    estate.server.stop().await;
}

#[tokio::test]
async fn a_draft_and_a_reversal_that_were_cut_off_are_finished_by_the_next_start() {
    let mut estate = Estate::build().await;
    let codes: Vec<String> = (0..60).map(|n| format!("1-{}", 101 + n)).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    charged_units(&estate, &estate.finance, &codes).await;
    let begun = estate.finance.post(&estate.at("/bill-runs/draft"), json!({"month": "2026-01"})).await.good();
    let run = began(&begun, "bill_run");
    estate.server = estate.server.restart().await;
    let draft = stands(&estate, &run, &begun, "drafted").await;
    assert_eq!((&draft["drafted_units"], &draft["drafted_amount"]), (&json!(60), &json!("15036.00")));
    let post = estate.at(&format!("/bill-runs/{run}/post"));
    let posting = estate.finance.post(&post, json!({"digest": draft["digest"]})).await.good();
    estate.server = estate.server.restart().await;
    stands(&estate, &run, &posting, "posted").await;
    // The limit of finance does not reach as far, nor does what it approves.
    let company = estate.of_company("/role-limits");
    let high = json!({"role": "finance", "from": today(), "alone": "20000.00", "approves": "20000.00"});
    estate.admin.post(&company, high).await.good();
    let reverse = estate.at(&format!("/bill-runs/{run}/reverse"));
    let reversing = estate.finance.post(&reverse, json!({"reason": "重复出账"})).await.good();
    estate.server = estate.server.restart().await;
    let reversed = stands(&estate, &run, &reversing, "reversed").await;
    assert_eq!((&reversed["reversed_charges"], &reversed["reversed_amount"]), (&json!(60), &json!("15036.00")));
    estate.server.stop().await;
}
