//! What paying late costs: agreed with the approval of another, explained day by day, waived.

use super::{Tour, with};
use serde_json::json;

/// When the charge of the walk is forty-one days late.
const LATER: &str = "2026-06-10T02:00:00Z";

pub(super) async fn walk(tour: &Tour) {
    let (finance, estate) = (&tour.estate.finance, &tour.estate);
    let item = tour.fee_item("逾期物业费", "operating").await;
    let deposit = tour.fee_item("逾期押金", "deposit").await;
    let (_, account) = estate.unit("8-801").await;
    let policy = json!({
        "fee_item": item, "from": "2026-01-01", "daily_rate": "0.0005", "grace_days": 10, "grace_mode": "retroactive",
        "cap_ratio": "0.3", "vat": {"category": "rated", "rate": "0.06"},
    });
    let rules = json!({"allocation_policy": "principal_first", "notice_days": 0});
    tour.refused(
        finance,
        &[
            (
                "/late-fee-policies",
                with(policy.clone(), "daily_rate", json!("0.0011")),
                422,
                "late_fee_rate_must_not_exceed_ceiling",
            ),
            (
                "/late-fee-policies",
                with(policy.clone(), "grace_days", json!(366)),
                422,
                "late_fee_terms_must_be_in_range",
            ),
            (
                "/late-fee-policies",
                with(policy.clone(), "fee_item", json!(deposit)),
                422,
                "late_fee_must_not_be_on_fund",
            ),
            ("/late-fee-policies", policy.clone(), 403, "approval_must_be_given"),
        ],
    )
    .await;
    let high = with(rules, "late_fee_ceiling", json!("0.011"));
    tour.refused(&estate.desk, &[("/rules", high, 422, "late_fee_ceiling_must_be_in_range")]).await;
    let agreed = tour.approved("set_late_fee_policy", json!({}), policy).await;
    tour.done(finance, "/late-fee-policies", agreed).await;
    let charge = json!({
        "fee_item": item, "amount": "1000.00", "due_on": "2026-04-30",
        "service": {"from": "2026-04-01", "until": "2026-05-01"},
    });
    let posted = tour.done(finance, &format!("/accounts/{account}/charges"), charge).await;
    let charge = crate::estate::fact(&posted, "charge_posted")["charge"].as_str().unwrap().to_owned();
    let path = format!("/accounts/{account}/charges/{charge}");
    let waive = json!({"amount": "0.50", "reason": "首次逾期"});
    let waive = tour.approved("waive_late_fee", json!({"account": account, "charge": charge}), waive).await;
    tour.done(&finance.with("mingzhang-given-time", LATER), &format!("{path}/waive-late-fee"), waive).await;
    let explained = estate.auditor.get(&tour.at(&format!("{path}/late-fee?on=2026-06-10"))).await.good();
    assert_eq!((&explained["total"], &explained["open"]), (&json!("20.50"), &json!("20.00")));
    let later = finance.with("mingzhang-given-time", LATER);
    let award = json!({
        "amount": "15.00", "adjudged_on": "2026-06-01", "due_on": "2026-06-30", "evidence": "ab".repeat(32),
    });
    let adjudge = format!("{path}/adjudge-late-fee");
    tour.refused(
        &later,
        &[
            (&adjudge, with(award.clone(), "adjudged_on", json!("2026-06-11")), 422, "award_must_be_in_order"),
            (&adjudge, with(award.clone(), "amount", json!("20.01")), 409, "amount_must_not_exceed_open"),
        ],
    )
    .await;
    let ids = json!({"account": account, "charge": charge});
    let award = tour.approved("adjudge_late_fee", ids, award).await;
    let adjudged = tour.done(&later, &adjudge, award).await;
    let owed = crate::estate::fact(&adjudged, "charge_posted");
    assert_eq!((&owed["amount"], &owed["booking"]["part"]), (&json!("15.00"), &json!("late_fee")));
    let explained = estate.auditor.get(&tour.at(&format!("{path}/late-fee?on=2026-06-10"))).await.good();
    assert_eq!((&explained["adjudged"], &explained["open"]), (&json!("15.00"), &json!("5.00")));
    estate.auditor.get(&tour.at(&format!("/accounts/{account}/late-fees?on=2026-06-10"))).await.good();
    estate.auditor.get(&tour.at("/late-fee-policies")).await.good();
}
