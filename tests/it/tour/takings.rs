//! Cars of nobody's unit: a stay is priced, taken for, explained, taken back.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

fn tariff(price: Value) -> Value {
    json!({
        "from": "2026-01-01", "price": price, "cycle_months": 1, "basis": "calendar", "timing": "advance",
        "due": {"kind": "days_after", "days": 0},
    })
}

fn block(minutes: u32, amount: &str) -> Value {
    json!({"minutes": minutes, "amount": amount})
}

/// 15 minutes free, the first hour 5 yuan, each half hour 1 yuan, 20 yuan in 24 hours.
fn parking() -> Value {
    json!({
        "kind": "parking", "free_minutes": 15, "first": block(60, "5.00"), "further": block(30, "1.00"),
        "steps": [{"after_hours": 10, "block": block(60, "1.00")}], "cap": {"day": "rolling", "amount": "20.00"},
    })
}

/// The charge in a taking that was recorded.
fn charge(recorded: &Value) -> String {
    fact(recorded, "taking_recorded")["of"]["charge"].as_str().unwrap().to_owned()
}

fn reverse(taking: &str, charge: &str) -> String {
    format!("/takings/{taking}/charges/{charge}/reverse")
}

pub(super) async fn walk(tour: &Tour) {
    cards(tour).await;
    let item = priced(tour).await;
    let estate = &tour.estate;
    let (bank, till) = (estate.channel_account("bank").await, estate.channel_account("cash").await);
    let open = json!({"channel_account": till, "float": "0.00"});
    let shift = began(&tour.done(&estate.finance, "/shifts", open).await, "shift");
    let stay = json!({
        "fee_item": item, "number": "G1-0007", "entered_at": "2026-03-01T09:00:00+08:00", "left_at": "2026-03-01T11:30:00+08:00",
        "amount": "8.00", "channel_account": bank, "reference": "P-7", "value_on": "2026-03-01", "plate": "浙Z·A1234",
    });
    let change = |field: &str, value: &str| with(stay.clone(), field, json!(value));
    let free = with(change("left_at", "2026-03-01T09:15:00+08:00"), "amount", json!("5.00"));
    let water = tour.fee_item("停车场水费", "operating").await;
    tour.refused(
        &estate.finance,
        &[
            ("/stays", change("left_at", "yesterday"), 422, "instant_malformed"),
            ("/stays", change("number", "ZA1234-1"), 422, "number_must_not_hold_plate"),
            ("/stays", change("left_at", "2026-03-01T09:00:00+08:00"), 422, "stay_must_be_over"),
            ("/stays", change("fee_item", &water), 409, "stay_must_have_tariff"),
            ("/stays", free, 409, "stay_must_cost_something"),
            ("/stays", change("amount", "7.99"), 409, "amount_must_be_price"),
            (&reverse(UNKNOWN, UNKNOWN), json!({"reason": "录错"}), 404, "taking_must_exist"),
        ],
    )
    .await;
    let recorded = tour.done(&estate.finance, "/stays", stay.clone()).await;
    tour.refused(&estate.finance, &[("/stays", change("reference", "P-8"), 409, "stay_must_be_new")]).await;
    read(tour, &item, &recorded).await;
    let taking = began(&recorded, "taking");
    let (charge, reason) = (charge(&recorded), json!({"reason": "录错"}));
    let body = tour.approved("reverse_taking", json!({"taking": taking, "charge": charge}), reason.clone()).await;
    tour.done(&estate.finance, &reverse(&taking, &charge), body).await;
    // The same stay once more, in cash; and back in hand at once.
    let cash = with(with(change("channel_account", &till), "reference", Value::Null), "shift", json!(shift));
    let again = tour.done(&estate.finance, "/stays", cash).await;
    assert_eq!(fact(&again, "taking_recorded")["slip"], "1");
    let charge = self::charge(&again);
    tour.done(&estate.finance, &reverse(&taking, &charge), reason).await;
    tour.done(&estate.finance, &format!("/shifts/{shift}/close"), json!({"counted": "0.00"})).await;
    let explained = estate.auditor.get(&tour.at(&format!("/charges/{charge}/explanation"))).await.good();
    assert!(explained["text"].as_str().unwrap().ends_with("已红冲（录错）。"), "{explained}");
}

/// A month of a card without a unit, and the next.
async fn cards(tour: &Tour) {
    let finance = &tour.estate.finance;
    let item = tour.fee_item("月卡", "operating").await;
    let price = json!({"kind": "fixed", "amount": "300", "per": "month"});
    let body = tour.approved("set_tariff", json!({"fee_item": item}), tariff(price)).await;
    tour.done(finance, &format!("/fee-items/{item}/tariffs"), body).await;
    let bank = tour.estate.channel_account("bank").await;
    let card = json!({
        "fee_item": item, "number": "B1-017", "from": "2026-02-17", "amount": "300.00", "channel_account": bank,
        "reference": "C-1", "value_on": "2026-02-28", "plate": "浙Z·A1234",
    });
    let change = |field: &str, value: &str| with(card.clone(), field, json!(value));
    let sold = tour.done(finance, "/cards", card.clone()).await;
    tour.refused(
        finance,
        &[
            ("/cards", change("from", "2026-03-16"), 409, "card_must_have_begun"),
            ("/cards", change("from", "2026-02-01"), 409, "card_must_not_overlap"),
            ("/cards", change("from", "2025-12-31"), 409, "card_must_have_tariff"),
        ],
    )
    .await;
    let at = format!("{}@{}", tour.estate.community, sold["position"]);
    let auditor = tour.estate.auditor.with("ledger-position", at);
    let explained = auditor.get(&tour.at(&format!("/charges/{}/explanation", charge(&sold)))).await.good();
    assert_eq!((&explained["kind"], &explained["recomputed"]["equal"]), (&json!("card"), &json!(true)));
}

/// A fee item for stays, and what no price of stays may be.
async fn priced(tour: &Tour) -> String {
    let estate = &tour.estate;
    let item = tour.fee_item("临时停车费", "operating").await;
    let (path, water) = (format!("/fee-items/{item}/tariffs"), tour.fee_item("车位水费", "pass_through").await);
    let set = |field: &str, value: Value| tariff(with(parking(), field, value));
    let step = |after_hours: u32| json!([{"after_hours": after_hours, "block": block(60, "1.00")}]);
    tour.refused(
        &estate.finance,
        &[
            (&path, set("free_minutes", json!(1441)), 422, "free_minutes_must_be_in_range"),
            (&path, set("first", block(0, "5.00")), 422, "parking_blocks_must_be_in_range"),
            (&path, set("steps", step(721)), 422, "parking_steps_must_ascend"),
            (&path, set("cap", json!({"day": "calendar", "amount": "4.99"})), 422, "parking_cap_must_cover_blocks"),
            (&path, with(tariff(parking()), "round_to", json!("yuan")), 422, "parking_must_be_to_the_fen"),
            (&format!("/fee-items/{water}/tariffs"), tariff(parking()), 409, "parking_must_be_income"),
        ],
    )
    .await;
    let body = tour.approved("set_tariff", json!({"fee_item": item}), tariff(parking())).await;
    tour.done(&estate.finance, &path, body).await;
    let (unit, _) = estate.unit("9-1-0101").await;
    let attach = json!({"fee_item": item, "from": "2026-03-01"});
    tour.refused(
        &estate.finance,
        &[
            (&path, tariff(json!({"kind": "shared"})), 409, "parking_must_stay"),
            (&format!("/units/{unit}/attach-fee-item"), attach, 409, "parking_must_not_be_of_units"),
        ],
    )
    .await;
    item
}

async fn read(tour: &Tour, item: &str, since: &Value) {
    let at = format!("{}@{}", tour.estate.community, since["position"]);
    let (auditor, finance) =
        (tour.estate.auditor.with("ledger-position", &at), tour.estate.finance.with("ledger-position", &at));
    let charge = charge(since);
    let listed = auditor.get(&tour.at("/takings")).await.good();
    assert_eq!((&listed["items"][0]["charge"], &listed["items"][0]["amount"]), (&json!(charge), &json!("8.00")));
    let taking = auditor.get(&tour.at(&format!("/charges/{charge}/taking"))).await.good();
    assert_eq!((&taking["number"], taking.get("plate")), (&json!("G1-0007"), None), "no plate outside the vault");
    let plate = finance.get(&tour.at(&format!("/charges/{charge}/plate"))).await.good();
    assert_eq!(plate["plate"], "浙Z·A1234");
    let explained = auditor.get(&tour.at(&format!("/charges/{charge}/explanation"))).await.good();
    assert_eq!((&explained["recomputed"]["equal"], &explained["stay"]["amount"]), (&json!(true), &json!("8.00")));
    let price = tour.at(&format!("/fee-items/{item}/stay-price"));
    let asked = "entered_at=2026-03-01T01:00:00Z&left_at=2026-03-02T01:00:01Z";
    let said = auditor.get(&format!("{price}?{asked}")).await.good();
    assert_eq!(said["amount"], "21.00", "{said}");
    assert_eq!(auditor.get(&price).await.blamed(400).0, "entered_at");
}
