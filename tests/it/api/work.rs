//! Work orders, reminders and bill runs through the API.

use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::server::began;
use serde_json::{Value, json};

#[tokio::test]
async fn a_repair_goes_from_the_desk_to_the_fixer_and_is_rated() {
    let estate = Estate::build().await;
    let (unit, _) = estate.unit("3-1-1202").await;
    let submit = json!({
        "kind": "repair", "category": "水暖", "priority": "high", "unit": unit, "description": "厨房漏水",
    });
    let submitted = estate.desk.post(&estate.at("/work-orders"), submit).await.good();
    assert!(!submitted.to_string().contains("厨房漏水"), "what was said left the vault");
    let order = began(&submitted, "work_order");
    let step = |client: &Client, verb: &str, body: Value| {
        let (client, path) = (client.clone(), estate.at(&format!("/work-orders/{order}/{verb}")));
        async move { client.post(&path, body).await }
    };
    let early = step(&estate.maintenance, "complete", json!({})).await;
    assert_eq!(early.refused(403), "work_order_actor_must_be_allowed");
    let hours = json!({"urgent": 2, "high": 8, "normal": 24, "low": 72});
    step(&estate.desk, "accept", json!({"deadlines": hours})).await.good();
    let me = estate.maintenance.get("/api/v1/me").await.good();
    step(&estate.desk, "assign", json!({"assignee": me["id"]})).await.good();
    step(&estate.maintenance, "start", json!({})).await.good();
    step(&estate.maintenance, "complete", json!({"labour_minutes": 40})).await.good();
    let rated = step(&estate.desk, "rate", json!({"stars": 5})).await;
    assert!(rated.status.is_success(), "{}", rated.text);
    let at = format!("{}@{}", estate.community, rated.json()["position"]);
    let board = estate.desk.with("ledger-position", at).get(&estate.at("/work-orders")).await.good();
    assert_eq!(board["items"][0]["stars"], 5);
    estate.server.stop().await;
}

#[tokio::test]
async fn a_bill_run_bills_every_unit_once() {
    let estate = Estate::build().await;
    let item = estate.fee_item().await;
    let mut last = Value::Null;
    for code in ["1-101", "1-102", "1-103"] {
        let (unit, _) = estate.unit(code).await;
        let attach = json!({"fee_item": item, "from": "2026-01-01"});
        last = estate.desk.post(&estate.at(&format!("/units/{unit}/attach-fee-item")), attach).await.good();
    }
    let at = format!("{}@{}", estate.community, last["position"]);
    let finance = estate.finance.with("ledger-position", at);
    assert_eq!(finance.get(&estate.at("/units")).await.good()["items"].as_array().unwrap().len(), 3);
    let started = estate.finance.post(&estate.at("/bill-runs"), json!({"month": "2026-01"})).await.good();
    assert_eq!(fact(&started, "bill_run_started")["units"], "3");
    let run = began(&started, "bill_run");
    let mut events = estate.finance.follow(&estate.at("/events"), started["position"].as_u64().unwrap()).await;
    let completed = loop {
        let event = events.next().await;
        if event["event_type"] == "bill_run_completed" {
            break event;
        }
    };
    assert_eq!(completed["data"]["charges"], "3");
    assert_eq!(completed["data"]["amount"], "751.80");
    let at = format!("{}@{}", estate.community, completed["position"]);
    let read = estate.finance.with("ledger-position", at).get(&estate.at(&format!("/bill-runs/{run}"))).await.good();
    assert_eq!(read["charges"], 3);
    // A second run over the same month finds nothing left to bill.
    let again = estate.finance.post(&estate.at("/bill-runs"), json!({"month": "2026-01"})).await.good();
    let again = began(&again, "bill_run");
    let completed = loop {
        let event = events.next().await;
        if event["event_type"] == "bill_run_completed" && event["stream_id"] == again.as_str() {
            break event;
        }
    };
    assert_eq!(completed["data"]["charges"], "0");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_reminder_is_sent_or_skipped_and_says_why() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let path = estate.at(&format!("/accounts/{account}/reminders"));
    let nothing = estate.desk.post(&path, json!({})).await;
    assert!(nothing.status.is_success() || nothing.status == 409, "{}", nothing.text);
    estate.server.stop().await;
}
