//! Demands, promises, disputes: two days later, when something is overdue.

use super::{Tour, UNKNOWN};
use crate::estate::fact;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let estate = &tour.estate;
    let (_, account) = estate.unit("6-101").await;
    let item = tour.fee_item("保洁费", "operating").await;
    let charge = json!({
        "fee_item": item, "amount": "66.00", "due_on": "2026-03-02",
        "service": {"from": "2026-01-01", "until": "2026-02-01"},
    });
    let posted = tour.done(&estate.finance, &format!("/accounts/{account}/charges"), charge).await;
    let posted = fact(&posted, "charge_posted");
    let (charge, party) = (&posted["charge"], posted["booking"]["obligor"].clone());
    let later = estate.desk.with("mingzhang-given-time", "2026-03-04T02:00:00Z");
    let at = |path: &str| format!("/accounts/{account}{path}");
    let of_charge = |verb: &str| at(&format!("/charges/{}/{verb}", charge.as_str().unwrap()));
    let of_party = |verb: &str| at(&format!("/parties/{}/{verb}", party.as_str().unwrap()));
    let by = |party: &Value, pay_by: &str| json!({"party": party, "pay_by": pay_by});
    let (demands, because, reason) =
        (at("/formal-demands"), json!({"because": "in_court"}), json!({"reason": "电梯停运"}));
    tour.refused(
        &later,
        &[
            (&demands, by(&party, "2026-03-04"), 422, "deadline_must_lie_ahead"),
            (&demands, by(&json!(UNKNOWN), "2026-03-20"), 409, "party_must_be_in_arrears"),
            (&of_charge("settle-dispute"), reason.clone(), 409, "charge_must_be_disputed"),
            (&of_party("resume-dunning"), json!({}), 409, "dunning_must_be_stopped"),
        ],
    )
    .await;
    let sent = tour.done(&later, &demands, by(&party, "2026-03-20")).await;
    let demand = fact(&sent, "formal_demand_sent")["demand"].as_str().unwrap().to_owned();
    let deliver = |demand: &str| at(&format!("/formal-demands/{demand}/deliver"));
    let evidence = |on: &str| json!({"delivered_on": on, "evidence": "ab".repeat(32)});
    tour.refused(
        &later,
        &[
            (&deliver(UNKNOWN), evidence("2026-03-04"), 404, "formal_demand_must_exist"),
            (&deliver(&demand), evidence("2026-03-05"), 422, "delivery_must_follow_sending"),
        ],
    )
    .await;
    tour.done(&later, &deliver(&demand), evidence("2026-03-04")).await;
    tour.refused(&later, &[(&deliver(&demand), evidence("2026-03-04"), 409, "formal_demand_must_not_be_delivered")])
        .await;
    tour.done(&later, &at("/promises"), by(&party, "2026-03-20")).await;
    tour.done(&later, &of_charge("dispute"), reason.clone()).await;
    tour.refused(&later, &[(&of_charge("dispute"), reason.clone(), 409, "charge_must_not_be_disputed")]).await;
    tour.done(&later, &of_charge("settle-dispute"), reason.clone()).await;
    tour.done(&later, &of_party("stop-dunning"), because.clone()).await;
    tour.refused(&later, &[(&of_party("stop-dunning"), because, 409, "dunning_must_not_be_stopped")]).await;
    let resumed = tour.done(&later, &of_party("resume-dunning"), json!({})).await;
    nothing_to_dispute(tour, &account, &item).await;
    let reader = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, resumed["position"]));
    let demands = reader.get(&estate.at("/formal-demands")).await.good();
    assert_eq!(demands["items"][0]["demand"], json!(demand));
    let letter = reader.get(&estate.at(&format!("/formal-demands/{demand}/document"))).await;
    assert!(letter.status.is_success() && letter.bytes.starts_with(b"%PDF"), "{}", letter.text);
}

/// A charge that was waived whole.
async fn nothing_to_dispute(tour: &Tour, account: &str, item: &str) {
    let later = tour.estate.finance.with("mingzhang-given-time", "2026-03-04T02:00:00Z");
    let body = json!({
        "fee_item": item, "amount": "10.00", "due_on": "2026-03-04",
        "service": {"from": "2026-01-01", "until": "2026-02-01"},
    });
    let posted = tour.done(&later, &format!("/accounts/{account}/charges"), body).await;
    let charge = fact(&posted, "charge_posted")["charge"].as_str().unwrap().to_owned();
    let at = |verb: &str| format!("/accounts/{account}/charges/{charge}/{verb}");
    let waive = json!({"charges": [{"charge": charge}], "reason": "零头"});
    tour.done(&later, &format!("/accounts/{account}/waive"), waive).await;
    tour.refused(&later, &[(&at("dispute"), json!({"reason": "电梯停运"}), 409, "disputed_charge_must_be_open")]).await;
}
