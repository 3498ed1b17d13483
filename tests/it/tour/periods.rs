//! Months that are closed and one that is reopened; the community's books begin in December, with the openings of the day
//! before it went live.

use super::{Tour, with};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) async fn walk(tour: &Tour) {
    let finance = &tour.estate.finance;
    let period = |month: &str| json!({"period": month});
    let wrong = json!({"period": "2025-12", "suspense": "0.07"});
    let unsigned = json!({"period": "2025-12", "channel_days": 9});
    let (banks, meters) =
        (json!({"period": "2025-12", "bank_accounts": 9}), json!({"period": "2025-12", "meters": 99}));
    let reopen = |month: &str| json!({"period": month, "reason": "漏开账单"});
    tour.refused(
        finance,
        &[
            ("/periods:close", period("2026-03"), 409, "period_must_be_over"),
            ("/periods:close", period("2026-01"), 409, "period_must_be_next"),
            ("/periods:close", wrong, 409, "suspense_must_be_reviewed"),
            ("/periods:close", unsigned, 409, "channel_days_must_be_signed_off"),
            ("/periods:close", banks, 409, "bank_accounts_must_be_reconciled"),
            ("/periods:close", meters, 409, "meters_must_be_read"),
            ("/periods:reopen", reopen("2025-12"), 409, "period_must_be_last_closed"),
        ],
    )
    .await;
    tour.estate.auditor.get(&tour.at("/periods:checklist?period=2025-12")).await.good();
    tour.done(finance, "/periods:close", period("2025-12")).await;
    tour.done(finance, "/periods:close", period("2026-01")).await;
    tour.refused(
        finance,
        &[
            ("/periods:close", period("2026-01"), 409, "period_must_be_open"),
            ("/periods:reopen", reopen("2025-12"), 409, "period_must_be_last_closed"),
            ("/periods:reopen", reopen("2026-01"), 403, "approval_must_be_given"),
        ],
    )
    .await;
    late_money(tour).await;
    tour.refused(
        finance,
        &[("/chart:preset", json!({"from": "2026-01", "preset": "enterprise"}), 409, "period_must_be_open")],
    )
    .await;
    let body = tour.approved("reopen_period", json!({}), reopen("2026-01")).await;
    tour.done(finance, "/periods:reopen", body).await;
    let again = tour.done(finance, "/periods:close", period("2026-01")).await;
    listed(tour, &again).await;
}

/// The customer's codes, before anything is closed.
pub(super) async fn chart(tour: &Tour) {
    let finance = &tour.estate.finance;
    let item = tour.estate.fee_item().await;
    let code = |more: Value| {
        let mut body = json!({"from": "2026-01", "book": "revenue"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    tour.done(finance, "/chart:preset", json!({"from": "2026-01", "preset": "small_enterprise"})).await;
    tour.done(finance, "/chart:code", code(json!({"fee_item": item, "code": "5001.01", "name": "物业费收入"}))).await;
    tour.done(finance, "/chart:code", code(json!({"fund": "operating"}))).await;
    let two = code(json!({"fee_item": item, "fund": "operating", "code": "5001", "name": "收入"}));
    let nobodys = code(json!({"fee_item": "0190b0e0-0000-7000-8000-00000000dead", "code": "5001", "name": "收入"}));
    tour.refused(
        finance,
        &[
            ("/chart:code", two, 422, "code_must_have_one_subject"),
            ("/chart:code", nobodys, 404, "fee_item_must_exist"),
        ],
    )
    .await;
    let rates = |over: &str| {
        json!({
            "from": "2026-01", "not_due": "0", "d1_30": "0.01", "d31_60": "0.02", "d61_90": "0.03", "d91_180": "0.05",
            "d181_365": "0.1", "d366_730": "0.3", "d731_1095": "0.5", "over": over,
        })
    };
    tour.refused(finance, &[("/allowance:rates", rates("1.01"), 422, "ageing_rate_must_be_share")]).await;
    tour.done(finance, "/allowance:rates", rates("1")).await;
    tour.estate.auditor.get(&tour.at("/allowance:proposal?period=2026-01")).await.good();
    let malformed = finance.post(&tour.at("/chart:code"), code(json!({"code": "5001..1", "name": "收入"}))).await;
    assert_eq!(malformed.blamed(422).1, "account_code_malformed");
    let nameless = finance.post(&tour.at("/chart:code"), code(json!({"code": "5001"}))).await;
    assert_eq!(nameless.blamed(422).1, "field_required");
}

/// A bank line of a closed month counts on the first open day, whoever it is for.
async fn late_money(tour: &Tour) {
    let bank = tour.estate.channel_account("bank").await;
    let line = json!({
        "channel_account": bank, "reference": "LATE-1", "amount": "12.00", "value_on": "2026-01-31", "spending": {},
    });
    let received = tour.done(&tour.estate.cashier, "/payments", line.clone()).await;
    assert_eq!(received["result"]["facts"][0]["effective_on"], "2026-02-01");
    let open = with(with(line, "reference", json!("LATE-2")), "value_on", json!("2026-02-27"));
    let received = tour.done(&tour.estate.cashier, "/payments", open).await;
    assert_eq!(received["result"]["facts"][0]["effective_on"], "2026-02-27");
}

/// Every closed month, once what the server seals by itself is there to be seen.
async fn listed(tour: &Tour, newest: &Value) {
    let at = format!("{}@{}", tour.estate.community, newest["position"]);
    let auditor = tour.estate.auditor.with("ledger-position", at);
    let mut list = auditor.get(&tour.at("/periods")).await.good();
    while list["items"].as_array().unwrap().iter().any(|row| row.get("sealed_root").is_none()) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        list = auditor.get(&tour.at("/periods")).await.good();
    }
    let shown: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {}", row["period"], row["version"], row["status"]))
        .collect();
    for question in ["period=2026-01", "period=2026-01&version=2", "period=2025-12"] {
        let certificate = auditor.get(&tour.at(&format!("/periods/certificate?{question}"))).await;
        let certificate: Value = serde_json::from_slice(&certificate.bytes).unwrap();
        assert_eq!(certificate["format"], "mingzhang-closing-certificate/1", "{question}");
        let paper = auditor.get(&tour.at(&format!("/periods/certificate/document?{question}"))).await;
        let text = crate::paper::text(&paper);
        assert!(text.contains("结账证明") && text.contains("合计"), "{text}");
    }
    let open = auditor.get(&tour.at("/periods/certificate?period=2026-02")).await;
    assert_eq!(open.refused(404), "not_found");
    assert_eq!(shown, [r#""2026-01" 2 "closed""#, r#""2025-12" 1 "closed""#]);
}
