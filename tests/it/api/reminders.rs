//! Reminders: sent by stage, not twice, and found in the inbox of the party and of the account.

use crate::estate::{Estate, fact};
use serde_json::{Value, json};

#[tokio::test]
async fn a_debt_is_reminded_of_once_per_stage() {
    let mut estate = Estate::build().await;
    estate.community = estate.given_community().await;
    let on = |day: &str| estate.finance.with("mingzhang-given-time", format!("{day}T02:00:00Z"));
    let (january, inbox) = (on("2024-01-05"), estate.at("/reminders"));
    let (_, account) = estate.unit_by(&january, "3-1-1202").await;
    let item = estate.fee_item_by(&january).await;
    let charge = json!({
        "fee_item": item, "amount": "100.00", "due_on": "2024-02-01",
        "service": {"from": "2024-01-01", "until": "2024-02-01"},
    });
    january.post(&estate.at(&format!("/accounts/{account}/charges")), charge).await.good();
    let path = estate.at(&format!("/accounts/{account}/reminders"));
    let rules = json!({"stages": [1, 15], "pause_days": 7});
    let early = on("2024-01-20").post(&path, rules.clone()).await.good();
    assert_eq!(fact(&early, "reminder_skipped")["reason"], "nothing_open");
    let first = on("2024-02-05").post(&path, rules.clone()).await.good();
    let sent = fact(&first, "reminder_sent");
    assert_eq!((&sent["stage"], &sent["open"], &sent["channel"]), (&json!("1"), &json!("100.00"), &json!("in_app")));
    let soon = on("2024-02-06").post(&path, rules.clone()).await.good();
    assert_eq!(fact(&soon, "reminder_skipped")["reason"], "too_soon");
    let second = on("2024-02-20").post(&path, rules).await.good();
    assert_eq!(fact(&second, "reminder_sent")["stage"], "2");
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, second["position"]));
    let all = auditor.get(&format!("{inbox}?account={account}")).await.good();
    let stages: Vec<_> = all["items"].as_array().unwrap().iter().map(|item| &item["stage"]).collect();
    assert_eq!(stages, [&json!(2), &json!(1), &json!(1), &json!(0)]);
    estate.server.stop().await;
}

#[tokio::test]
async fn stages_that_do_not_rise_and_pauses_that_never_end_are_refused() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let path = estate.at(&format!("/accounts/{account}/reminders"));
    let refused = async |body: Value| estate.desk.post(&path, body).await.refused(422);
    assert_eq!(refused(json!({"stages": [15, 1]})).await, "stages_must_rise");
    assert_eq!(refused(json!({"stages": []})).await, "stages_must_rise");
    assert_eq!(refused(json!({"stages": ["1"]})).await, "body_invalid");
    assert_eq!(refused(json!({"stages": [1], "pause_days": 366})).await, "pause_must_be_in_range");
    let cashier = estate.cashier.post(&path, json!({})).await;
    assert_eq!(cashier.refused(403), "role_not_allowed");
    estate.server.stop().await;
}
