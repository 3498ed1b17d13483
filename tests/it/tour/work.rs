//! Work orders from the desk to the rating, paid ones to the charge; reminders.

use super::{Tour, UNKNOWN, with};
use crate::client::Client;
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    submitted(tour).await;
    repaired(tour).await;
    paid(tour).await;
    reminded(tour).await;
}

/// Sends a step of a work order, which is taken.
async fn step(tour: &Tour, by: &Client, order: &str, verb: &str, body: Value) {
    tour.done(by, &path(order, verb), body).await;
}

fn path(order: &str, verb: &str) -> String {
    format!("/work-orders/{order}/{verb}")
}

async fn submit(tour: &Tour, body: Value) -> String {
    began(&tour.done(&tour.estate.desk, "/work-orders", body).await, "work_order")
}

/// A material that was used.
fn used(name: &str, quantity: &str) -> Value {
    json!({"name": name, "quantity": quantity})
}

/// The id of whoever a client speaks for.
pub(super) async fn me(by: &Client) -> Value {
    by.get("/api/v1/me").await.good()["id"].clone()
}

async fn submitted(tour: &Tour) {
    let desk = &tour.estate.desk;
    let (unit, _) = tour.estate.unit("5-101").await;
    let repair =
        json!({"kind": "repair", "category": "水暖", "priority": "low", "place": "大堂", "description": "灯不亮"});
    let paid = with(repair.clone(), "kind", json!("paid_repair"));
    let accept = path(UNKNOWN, "accept");
    tour.refused(
        desk,
        &[
            ("/work-orders", with(repair.clone(), "unit", json!(UNKNOWN)), 404, "unit_must_exist"),
            ("/work-orders", paid.clone(), 422, "paid_work_must_name_unit"),
            ("/work-orders", with(paid, "unit", json!(unit)), 422, "paid_work_must_name_reporter"),
            (&accept, json!({}), 404, "work_order_must_exist"),
        ],
    )
    .await;
    let (rejected, cancelled) = (submit(tour, repair.clone()).await, submit(tour, repair).await);
    step(tour, desk, &rejected, "reject", json!({"reason": "不属物业"})).await;
    step(tour, desk, &cancelled, "cancel", json!({"reason": "已自行解决"})).await;
}

async fn repaired(tour: &Tour) {
    let (desk, fixer) = (&tour.estate.desk, &tour.estate.maintenance);
    let (unit, _) = tour.estate.unit("5-102").await;
    let order = submit(tour, json!({"kind": "repair", "category": "水暖", "priority": "high", "unit": unit})).await;
    let at = |verb: &str| path(&order, verb);
    let hours = |high: u32| json!({"deadlines": {"urgent": 2, "high": high, "normal": 24, "low": 72}});
    tour.refused(desk, &[(&at("accept"), hours(0), 422, "deadline_must_be_in_range")]).await;
    step(tour, desk, &order, "accept", hours(8)).await;
    let to = |staff: &Value| json!({"assignee": staff, "reason": "改派"});
    let (fixer_id, desk_id, auditor_id) = (me(fixer).await, me(desk).await, me(&tour.estate.auditor).await);
    tour.refused(
        desk,
        &[
            (&at("accept"), json!({}), 409, "work_order_must_be_in_state"),
            (&at("quotations"), json!({"labour": "1.00", "materials": "0.00"}), 409, "work_must_be_paid"),
            (&at("assign"), json!({"assignee": auditor_id}), 422, "assignee_must_fit_work"),
        ],
    )
    .await;
    tour.refused(fixer, &[(&at("complete"), json!({}), 403, "work_order_actor_must_be_allowed")]).await;
    step(tour, desk, &order, "assign", json!({"assignee": desk_id})).await;
    tour.refused(desk, &[(&at("reassign"), to(&desk_id), 409, "assignee_must_change")]).await;
    step(tour, desk, &order, "reassign", to(&fixer_id)).await;
    step(tour, fixer, &order, "start", json!({})).await;
    step(tour, fixer, &order, "suspend", json!({"reason": "待料"})).await;
    step(tour, fixer, &order, "resume", json!({})).await;
    tour.refused(
        fixer,
        &[
            (&at("complete"), json!({"labour_minutes": 100_001}), 422, "labour_must_be_in_range"),
            (&at("complete"), json!({"materials": [used("角阀", "0")]}), 422, "quantity_must_be_positive"),
            (&at("complete"), json!({"materials": vec![used("角阀", "1"); 51]}), 422, "too_many_materials"),
            (&at("complete"), json!({"materials": vec![used(&"𠮷".repeat(100), "1"); 50]}), 422, "fact_must_fit"),
        ],
    )
    .await;
    let completed = json!({"labour_minutes": 40, "materials": [used("角阀", "2")]});
    step(tour, fixer, &order, "complete", completed).await;
    finished(tour, &order, &fixer_id).await;
}

/// Rated badly formed, closed too early, reopened too late and in time, done again, rated, closed.
async fn finished(tour: &Tour, order: &str, fixer_id: &Value) {
    let (desk, fixer) = (&tour.estate.desk, &tour.estate.maintenance);
    let at = |verb: &str| path(order, verb);
    let reopen = json!({"reason": "仍漏水"});
    tour.refused(
        desk,
        &[
            (&at("rate"), json!({"stars": 6}), 422, "stars_must_be_in_range"),
            (&at("close"), json!({}), 409, "closing_must_wait"),
            (&at("close"), json!({"reopen_days": 366}), 422, "days_must_be_in_range"),
        ],
    )
    .await;
    let later = desk.with("mingzhang-given-time", "2026-03-20T02:00:00Z");
    tour.refused(&later, &[(&at("reopen"), reopen.clone(), 409, "reopening_must_be_in_time")]).await;
    step(tour, desk, order, "reopen", reopen).await;
    step(tour, desk, order, "assign", json!({"assignee": fixer_id})).await;
    step(tour, fixer, order, "start", json!({})).await;
    step(tour, fixer, order, "complete", json!({})).await;
    step(tour, desk, order, "rate", json!({"stars": 5})).await;
    step(tour, desk, order, "close", json!({})).await;
}

async fn paid(tour: &Tour) {
    let (desk, fixer) = (&tour.estate.desk, &tour.estate.maintenance);
    let (nobody_s, _) = tour.ownerless("5-103").await;
    let (unit, _) = tour.estate.unit("5-104").await;
    let (item, deposit) = (tour.estate.fee_item().await, tour.fee_item("押金", "deposit").await);
    let charge = |item: &str| json!({"fee_item": item});
    let order = agreed(tour, &nobody_s).await;
    let at = |verb: &str| path(&order, verb);
    tour.refused(
        desk,
        &[
            (&at("close"), json!({}), 409, "work_must_be_charged"),
            (&at("charge"), charge(&deposit), 422, "fee_item_must_be_operating"),
            (&at("charge"), charge(&item), 409, "unit_must_have_obligor"),
        ],
    )
    .await;
    let order = agreed(tour, &unit).await;
    let at = |verb: &str| path(&order, verb);
    let late = json!({"fee_item": item, "due_days": 366});
    tour.refused(desk, &[(&at("charge"), late, 422, "days_must_be_in_range")]).await;
    step(tour, desk, &order, "charge", charge(&item)).await;
    tour.refused(desk, &[(&at("charge"), charge(&item), 409, "work_must_not_be_charged")]).await;
    tour.refused(fixer, &[(&at("charge"), charge(&item), 403, "role_not_allowed")]).await;
}

/// Paid work on a unit, from the offer to its end; answers the work order.
async fn agreed(tour: &Tour, unit: &str) -> String {
    let (desk, fixer) = (&tour.estate.desk, &tour.estate.maintenance);
    let reporter = tour.estate.person("冯二").await;
    let body =
        json!({"kind": "paid_repair", "category": "水暖", "priority": "urgent", "unit": unit, "reporter": reporter});
    let order = submit(tour, body).await;
    let at = |verb: &str| path(&order, verb);
    let accept = |amount: &str| json!({"amount": amount});
    let offer = |labour: &str| json!({"labour": labour, "materials": "0.00"});
    step(tour, desk, &order, "accept", json!({})).await;
    tour.refused(
        desk,
        &[
            (&at("accept-quotation"), accept("80.00"), 409, "quotation_must_be_offered"),
            (&at("quotations"), offer("0.00"), 422, "amount_must_be_positive"),
        ],
    )
    .await;
    step(tour, desk, &order, "quotations", offer("80.00")).await;
    step(tour, desk, &order, "assign", json!({"assignee": me(fixer).await})).await;
    tour.refused(desk, &[(&at("accept-quotation"), accept("79.99"), 409, "quotation_must_be_current")]).await;
    tour.refused(fixer, &[(&at("start"), json!({}), 409, "quotation_must_be_accepted")]).await;
    step(tour, desk, &order, "accept-quotation", accept("80.00")).await;
    tour.refused(desk, &[(&at("accept-quotation"), accept("80.00"), 409, "quotation_must_not_be_accepted")]).await;
    step(tour, fixer, &order, "start", json!({})).await;
    step(tour, fixer, &order, "complete", json!({})).await;
    order
}

async fn reminded(tour: &Tour) {
    let (estate, desk) = (&tour.estate, &tour.estate.desk);
    let (_, account) = estate.unit("5-105").await;
    let charge = json!({
        "fee_item": estate.fee_item().await, "amount": "66.00", "due_on": "2026-03-20",
        "service": {"from": "2026-01-01", "until": "2026-02-01"},
    });
    tour.done(&estate.finance, &format!("/accounts/{account}/charges"), charge).await;
    let at = format!("/accounts/{account}/reminders");
    tour.refused(
        desk,
        &[
            (&at, json!({"stages": [15, 1]}), 422, "stages_must_rise"),
            (&at, json!({"pause_days": 366}), 422, "pause_must_be_in_range"),
        ],
    )
    .await;
    let sent = tour.done(desk, &at, json!({"stages": [-30]})).await;
    let reader = desk.with("ledger-position", format!("{}@{}", estate.community, sent["position"]));
    let party = fact(&sent, "reminder_sent")["party"].as_str().unwrap();
    let inbox = reader.get(&estate.at(&format!("/parties/{party}/inbox"))).await.good();
    let inbox = estate.at(&format!("/persons/{}/inbox", inbox["items"][0]["person"].as_str().unwrap()));
    desk.put(&format!("{inbox}/read"), json!({"until": sent["position"]})).await.good();
    assert!(reader.get(&inbox).await.good()["items"][0]["read_at"].is_string());
}
