//! Shared costs: a pool that is opened, looked at, charged and taken back, one that lowers another, and all that is none.

use super::{Tour, UNKNOWN, with};
use crate::server::began;
use mingzhang_domain::id::{CommandId, LedgerId, Purpose, derive};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

pub(super) async fn walk(tour: &Tour) {
    let finance = &tour.estate.finance;
    let item = tour.fee_item("公共电费", "operating").await;
    let deposits = tour.fee_item("公摊押金", "deposit").await;
    let (first, account) = tour.estate.unit("7-1-0701").await;
    let (second, _) = tour.estate.unit("7-1-0702").await;
    let (vacant, _) = tour.ownerless("7-1-0703").await;
    let body = json!({
        "fee_item": item, "label": "2 月公共照明", "service": {"from": "2026-02-01", "until": "2026-03-01"},
        "scope": {"kind": "units", "units": [first, second]}, "weight": {"kind": "building_area"}, "amount": "10.01",
    });
    let units = |units: &[&str]| with(body.clone(), "scope", json!({"kind": "units", "units": units}));
    let formula = |text: &str| with(body.clone(), "weight", json!({"kind": "formula", "formula": text}));
    let excluded = |unit: &str| with(body.clone(), "excluded", json!([{"unit": unit, "reason": "底层不用电梯"}]));
    tour.refused(
        finance,
        &[
            ("/pools", with(body.clone(), "amount", json!("0.00")), 422, "pool_must_have_amount"),
            ("/pools", with(body.clone(), "fee_item", json!(deposits)), 422, "fund_must_fit_pool"),
            ("/pools", units(&[]), 422, "pool_units_must_be_bounded"),
            ("/pools", units(&[&first, &first]), 422, "pool_units_must_be_distinct"),
            ("/pools", excluded(&vacant), 422, "unit_must_be_in_scope"),
            ("/pools", units(&[&first, &vacant]), 409, "weights_must_be_known"),
            ("/pools", formula("0 - area"), 409, "weights_must_not_be_negative"),
            ("/pools", formula("0"), 409, "weights_must_not_all_be_zero"),
            ("/pools", formula("999999999999"), 409, "weights_must_be_in_range"),
            ("/pools", with(body.clone(), "amount", json!("-1.00")), 422, "lowered_pool_must_be_named"),
            ("/pools", with(body.clone(), "weight", json!({"kind": "rent"})), 422, "word_not_allowed"),
        ],
    )
    .await;
    let pool = charged(tour, &body).await;
    let charge = first_charge(tour, &pool);
    let alone = format!("/accounts/{account}/charges/{charge}/reverse");
    tour.refused(finance, &[(&alone, json!({"reason": "只退一户"}), 409, "pool_must_be_reversed_whole")]).await;
    lowered(tour, &body, &pool).await;
}

/// The charge of the first share: its id derives from pool and chunk.
fn first_charge(tour: &Tour, pool: &str) -> Uuid {
    let community = LedgerId(tour.estate.community.parse().unwrap());
    let command = CommandId::from_natural(community, "post_pool_chunk", &[pool, "1"]);
    derive(Purpose::Entity, &[&command.to_string(), "charge", "0"])
}

/// Looked at, charged; one that is wrong is discarded.
async fn charged(tour: &Tour, body: &Value) -> String {
    let (finance, auditor) = (&tour.estate.finance, &tour.estate.auditor);
    let wrong = began(&tour.done(finance, "/pools", with(body.clone(), "amount", json!("99.99"))).await, "pool");
    let reason = json!({"reason": "金额录错"});
    tour.done(finance, &format!("/pools/{wrong}/discard"), reason.clone()).await;
    let opened = tour.done(finance, "/pools", body.clone()).await;
    let pool = began(&opened, "pool");
    let (post, seen) = (format!("/pools/{pool}/post"), json!({"amount": "10.01"}));
    tour.refused(
        finance,
        &[
            (&format!("/pools/{UNKNOWN}/post"), seen.clone(), 404, "pool_must_exist"),
            (&format!("/pools/{pool}/reverse"), reason.clone(), 409, "pool_must_stand"),
            (&format!("/pools/{wrong}/discard"), reason, 409, "pool_must_be_open"),
            (&post, json!({"amount": "10.00"}), 409, "pool_must_be_as_seen"),
        ],
    )
    .await;
    let posting = tour.done(finance, &post, seen).await;
    stands(tour, &pool, &posting, "posted").await;
    auditor.get(&tour.at("/pools")).await.good();
    pool
}

/// A negative pool lowers what another charged; that one is then taken back whole.
async fn lowered(tour: &Tour, body: &Value, pool: &str) {
    let finance = &tour.estate.finance;
    let lower = |amount: &str, lowers: &str| with(with(body.clone(), "amount", json!(amount)), "lowers", json!(lowers));
    tour.refused(finance, &[("/pools", lower("-10.02", pool), 409, "share_must_not_exceed_lowered")]).await;
    let credit = began(&tour.done(finance, "/pools", lower("-4.00", pool)).await, "pool");
    tour.refused(finance, &[("/pools", lower("-1.00", &credit), 409, "lowered_pool_must_stand")]).await;
    let posting = tour.done(finance, &format!("/pools/{credit}/post"), json!({"amount": "-4.00"})).await;
    stands(tour, &credit, &posting, "posted").await;
    let reason = json!({"reason": "电表抄错"});
    tour.refused(finance, &[(&format!("/pools/{credit}/reverse"), reason.clone(), 409, "lowering_must_stand")]).await;
    let reversing = tour.done(finance, &format!("/pools/{pool}/reverse"), reason).await;
    stands(tour, pool, &reversing, "reversed").await;
    let published = tour.estate.auditor.get(&tour.at(&format!("/pools/{pool}/publication"))).await.good();
    assert_eq!(published["equal"], true);
}

/// Waits until a pool stands so, from a command's answer on.
async fn stands(tour: &Tour, pool: &str, since: &Value, status: &str) {
    let (path, at) = (tour.at(&format!("/pools/{pool}")), format!("{}@{}", tour.estate.community, since["position"]));
    let auditor = tour.estate.auditor.with("ledger-position", at);
    for _ in 0..400 {
        if auditor.get(&path).await.good()["status"] == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(auditor.get(&path).await.good()["status"], status);
}
