//! Bill runs and single bills: every unit once, skipped with a reason, cut off and gone on with.

use crate::client::{Client, Events};
use crate::estate::{Estate, fact};
use crate::server::began;
use serde_json::{Value, json};

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
