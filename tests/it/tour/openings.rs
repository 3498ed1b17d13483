//! What the old books say: a batch that is posted, one that is taken back, and all that no batch may say.

use super::{Tour, UNKNOWN, with};
use crate::server::began;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) async fn walk(tour: &Tour) {
    let (finance, estate) = (&tour.estate.finance, &tour.estate);
    let fees = tour.fee_item("旧账物业费", "operating").await;
    let deposits = tour.fee_item("旧账装修押金", "deposit").await;
    let (unit, account) = estate.unit("9-1-0901").await;
    let attached = estate.attach(&estate.desk, &unit, &fees).await;
    let desk = estate.desk.with("ledger-position", format!("{}@{}", estate.community, attached["position"]));
    let owner = desk.get(&tour.at(&format!("/units/{unit}"))).await.good();
    let owner = owner["owner_party"].as_str().unwrap().to_owned();
    let owed = |month: u32| {
        json!({
            "kind": "charge", "account": account, "fee_item": fees, "obligor": owner, "amount": "60.00",
            "service": {"from": format!("2025-{month:02}-01"), "until": format!("2025-{month:02}-28")},
            "due_on": format!("2025-{month:02}-15"),
        })
    };
    let credit = json!({"kind": "credit", "account": account, "fee_item": fees, "holder": owner, "amount": "30.00"});
    let deposit = json!({
        "kind": "deposit", "account": account, "fee_item": deposits, "payer": owner, "old_receipt": "S00042",
        "amount": "500.00",
    });
    let until = json!({"kind": "billed_until", "account": account, "fee_item": fees, "until": "2026-02-01"});
    let late = with(owed(10), "kind", json!("late_fee"));
    let total = |kind: &str, item: &str, amount: &str| json!({"kind": kind, "fee_item": item, "amount": amount});
    let totals = json!([
        total("charge", &fees, "60.00"),
        total("late_fee", &fees, "60.00"),
        total("credit", &fees, "30.00"),
        total("deposit", &deposits, "500.00"),
    ]);
    let doubled = json!({"totals": [total("charge", &fees, "1.00"), total("charge", &fees, "2.00")]});
    tour.refused(
        finance,
        &[
            ("/openings", json!({"totals": []}), 422, "opening_must_be_bounded"),
            ("/openings", doubled, 422, "totals_must_be_distinct"),
            (&format!("/openings/{UNKNOWN}/records"), json!({"chunk": 1, "records": []}), 404, "opening_must_exist"),
        ],
    )
    .await;
    let opening = began(&tour.done(finance, "/openings", json!({"totals": totals})).await, "opening");
    let records = format!("/openings/{opening}/records");
    let with_fund = with(deposit.clone(), "fee_item", json!(fees));
    let chunk = |n: u32, records: &[&Value]| json!({"chunk": n, "records": records});
    let kindless = json!({"kind": "debt"});
    tour.refused(
        finance,
        &[
            (&records, chunk(2, &[&credit]), 409, "opening_chunk_must_be_next"),
            (&records, chunk(1, &[]), 422, "opening_must_be_bounded"),
            (&records, chunk(1, &[&with_fund]), 422, "fund_must_fit_opening"),
            (&records, chunk(1, &[&until, &until]), 409, "billed_until_must_be_said_once"),
            (&records, chunk(1, &[&owed(9), &owed(9)]), 409, "charge_must_not_overlap_live_charge"),
            (&records, chunk(1, &[&kindless]), 422, "word_not_allowed"),
        ],
    )
    .await;
    tour.done(finance, &records, chunk(1, &[&owed(10), &late, &credit, &deposit])).await;
    going_live(tour, &opening).await;
    let seen = json!({"records": 4, "amount": "650.00"});
    let post = format!("/openings/{opening}/post");
    let reverse = json!({"reason": "旧账有误"});
    tour.refused(
        finance,
        &[
            (&post, with(seen.clone(), "records", json!(3)), 409, "opening_must_be_as_seen"),
            (&post, seen.clone(), 403, "approval_must_be_given"),
            (&format!("/openings/{opening}/reverse"), reverse.clone(), 409, "opening_must_be_standing"),
        ],
    )
    .await;
    let body = tour.approved("post_opening", json!({"opening": opening}), seen.clone()).await;
    let posting = tour.done(finance, &post, body).await;
    posted(tour, &opening, &posting, "posted").await;
    tour.refused(finance, &[(&post, seen, 409, "opening_must_be_draft")]).await;
    estate.auditor.get(&tour.at("/openings")).await.good();
    estate.auditor.get(&tour.at(&format!("/accounts/{account}/deposits"))).await.good();
    tour.refused(finance, &[(&format!("/openings/{opening}/resume"), json!({}), 409, "opening_must_be_stopped")]).await;
    taken_back(tour, &opening, &account, reverse).await;
    stopped(tour, &owed(11)).await;
    disagreeing(tour, &fees).await;
}

/// The day of going live is said once; until then nothing of the old books posts, and before it nothing else does.
async fn going_live(tour: &Tour, opening: &str) {
    let finance = &tour.estate.finance;
    let seen = json!({"records": 4, "amount": "650.00"});
    tour.refused(finance, &[(&format!("/openings/{opening}/post"), seen, 409, "go_live_must_be_set")]).await;
    let live = json!({"go_live_on": "2026-01-01"});
    tour.done(finance, "/go-live", live.clone()).await;
    tour.refused(finance, &[("/go-live", live, 409, "go_live_must_stand")]).await;
    let other = json!({"code": "QY", "name": "待启用小区", "clock": "given"});
    let other = tour.estate.admin.post(&tour.estate.of_company("/communities"), other).await.good();
    let other = began(&other, "community");
    let at = |path: &str| format!("/api/v1/communities/{other}{path}");
    tour.done(finance, &at("/go-live"), json!({"go_live_on": "2026-04-01"})).await;
    let item = json!({"name": "物业费", "fund": "operating", "priority": 10, "vat": {"category": "not_taxable"}});
    let item = began(&tour.done(finance, &at("/fee-items"), item).await, "fee_item");
    let party = tour.done(finance, &at("/parties"), json!({"kind": "developer", "name": "开发商"})).await;
    let unit = json!({
        "code": "1-1-0101", "kind": "residence", "developer": began(&party, "party"),
        "status": {"from": "2020-01-01", "status": "unsold"},
    });
    let account = began(&tour.done(finance, &at("/units"), unit).await, "account");
    let early = json!({
        "fee_item": item, "amount": "1.00", "due_on": "2099-01-31",
        "service": {"from": "2026-04-01", "until": "2026-05-01"},
    });
    let charges = at(&format!("/accounts/{account}/charges"));
    tour.refused(finance, &[(&charges, early, 409, "money_must_not_precede_go_live")]).await;
}

/// What was spent keeps its batch; once that is undone it is taken back whole.
async fn taken_back(tour: &Tour, opening: &str, account: &str, reverse: Value) {
    let finance = &tour.estate.finance;
    let path = format!("/openings/{opening}/reverse");
    let drawn = tour.done(finance, &format!("/accounts/{account}/draw-down"), json!({})).await;
    let spent = crate::estate::fact(&drawn, "charge_paid")["allocation"].as_str().unwrap().to_owned();
    tour.refused(finance, &[(&path, reverse.clone(), 409, "opening_must_be_untouched")]).await;
    tour.done(finance, &format!("/accounts/{account}/allocations/{spent}/undo"), json!({})).await;
    let body = tour.approved("reverse_opening", json!({"opening": opening}), reverse).await;
    let reversing = tour.done(finance, &path, body).await;
    posted(tour, opening, &reversing, "reversed").await;
}

/// Of two batches that say the same, the second one to be posted stops, and is let go on.
async fn stopped(tour: &Tour, debt: &Value) {
    let finance = &tour.estate.finance;
    let totals = json!({"totals": [{"kind": "charge", "fee_item": debt["fee_item"], "amount": "60.00"}]});
    let (mut openings, mut items) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let opening = began(&tour.done(finance, "/openings", totals.clone()).await, "opening");
        tour.done(finance, &format!("/openings/{opening}/records"), json!({"chunk": 1, "records": [debt]})).await;
        let (path, seen) = (json!({"opening": opening}), json!({"records": 1, "amount": "60.00"}));
        let body = tour.approved("post_opening", path.clone(), seen).await;
        items.push(json!({"operation": "post_opening", "idempotency_key": opening, "path": path, "body": body}));
        openings.push(opening);
    }
    tour.done(finance, "/commands:batch", json!({"items": items})).await;
    let mut stopped = None;
    for _ in 0..400 {
        for opening in &openings {
            // Not yet folded is not yet stopped.
            let batch = tour.estate.auditor.get(&tour.at(&format!("/openings/{opening}"))).await;
            if batch.status != 404 && batch.good()["refused_by"].is_string() {
                stopped = Some(opening);
                break;
            }
        }
        if stopped.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let stopped = stopped.unwrap();
    tour.done(finance, &format!("/openings/{stopped}/resume"), json!({})).await;
}

async fn disagreeing(tour: &Tour, fees: &str) {
    let finance = &tour.estate.finance;
    let totals = json!({"totals": [{"kind": "charge", "fee_item": fees, "amount": "0.01"}]});
    let opening = began(&tour.done(finance, "/openings", totals).await, "opening");
    let seen = json!({"records": 0, "amount": "0.00"});
    tour.refused(finance, &[(&format!("/openings/{opening}/post"), seen.clone(), 409, "opening_totals_must_agree")])
        .await;
    let (discard, reason) = (format!("/openings/{opening}/discard"), json!({"reason": "控制总额录错"}));
    tour.done(finance, &discard, reason.clone()).await;
    tour.refused(finance, &[(&discard, reason, 409, "opening_must_be_draft")]).await;
}

/// Waits until a batch stands so, from a command's answer on.
async fn posted(tour: &Tour, opening: &str, since: &Value, status: &str) {
    let (path, at) =
        (tour.at(&format!("/openings/{opening}")), format!("{}@{}", tour.estate.community, since["position"]));
    let auditor = tour.estate.auditor.with("ledger-position", at);
    for _ in 0..400 {
        if auditor.get(&path).await.good()["status"] == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(auditor.get(&path).await.good()["status"], status);
}
