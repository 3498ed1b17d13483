//! Meters: registered, read, held, corrected, replaced and removed; usage billed in tiers.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let (unit, account) = tour.estate.unit("7-101").await;
    let item = tariffs(tour).await;
    tour.estate.attach(&tour.estate.desk, &unit, &item).await;
    let meter = registered(tour, &unit).await;
    let reading = billed(tour, &unit, &meter).await;
    corrected(tour, (&meter, &account), &reading).await;
    held(tour, &meter).await;
    replaced_and_removed(tour, &meter).await;
    reads(tour, &unit, &meter).await;
}

async fn tariffs(tour: &Tour) -> String {
    let finance = &tour.estate.finance;
    let item = tour.fee_item("自来水费", "pass_through").await;
    let path = format!("/fee-items/{item}/tariffs");
    let tariff = |price: Value| {
        json!({
            "from": "2025-01-01", "price": price, "cycle_months": 1, "basis": "calendar", "timing": "arrears",
            "due": {"kind": "days_after", "days": 15},
        })
    };
    let tiered = |tiers: Value| tariff(json!({"kind": "tiered_metered", "utility": "water", "tiers": tiers}));
    let falling = json!([{"up_to": "260", "price": "3.5"}, {"up_to": "180", "price": "4.9"}, {"price": "8"}]);
    let rising = json!([{"up_to": "18", "price": "3.505"}, {"up_to": "26", "price": "4.905"}, {"price": "8"}]);
    tour.refused(finance, &[(&path, tiered(falling), 422, "tiers_must_ascend")]).await;
    tour.done(finance, &path, tiered(rising)).await;
    let gas = tariff(json!({"kind": "metered", "utility": "gas", "unit_price": "2.63"}));
    let read = json!({"kind": "metered", "utility": "water", "unit_price": "3.5", "priced_by": "reading_day"});
    let refused = [(&*path, gas, 409, "utility_must_stay"), (&path, tariff(read.clone()), 409, "priced_by_must_stay")];
    tour.refused(finance, &refused).await;
    let by_reading = tour.fee_item("中水费", "pass_through").await;
    let path = format!("/fee-items/{by_reading}/tariffs");
    tour.done(finance, &path, tariff(read)).await;
    let formula = |text: &str| tariff(json!({"kind": "metered_formula", "utility": "water", "formula": text}));
    tour.refused(finance, &[(&path, formula("area * 2"), 422, "formula_must_name_usage")]).await;
    tour.done(finance, &path, formula("10 + usage * 3.5")).await;
    item
}

fn meter(unit: &str, code: &str) -> Value {
    json!({"unit": unit, "utility": "water", "code": code, "opening": {"on": "2026-01-01", "value": "99990"}})
}

async fn registered(tour: &Tour, unit: &str) -> String {
    let desk = &tour.estate.desk;
    let check = json!({"factor": "3", "readings": 2, "daily_limit": "50"});
    let too_low = with(check.clone(), "factor", json!("0.5"));
    tour.refused(desk, &[("/meter-check", too_low, 422, "meter_check_must_be_in_range")]).await;
    tour.done(desk, "/meter-check", check).await;
    let answer = tour.done(desk, "/meters", meter(unit, "W00001")).await;
    let opening = |field: &str, value: &str| {
        let mut body = meter(unit, "W00002");
        body["opening"][field] = json!(value);
        body
    };
    tour.refused(
        desk,
        &[
            ("/meters", meter(unit, "W00001"), 409, "meter_code_must_be_free"),
            ("/meters", with(meter(unit, "W2"), "building", json!("3栋")), 422, "meter_must_have_one_place"),
            ("/meters", with(meter(unit, "W2"), "device", json!({"digits": 2})), 422, "device_must_be_in_range"),
            ("/meters", opening("used_this_year", "-1"), 422, "usage_must_be_in_range"),
            ("/meters", opening("on", "2026-03-03"), 422, "reading_must_not_be_in_future"),
            ("/meters", opening("value", "100000"), 422, "reading_must_fit_meter"),
        ],
    )
    .await;
    let (crowded, _) = tour.ownerless("7-102").await;
    for n in 0..20 {
        tour.done(desk, "/meters", meter(&crowded, &format!("C{n}"))).await;
    }
    tour.refused(desk, &[("/meters", meter(&crowded, "C20"), 422, "too_many_meters")]).await;
    let mut total = meter(unit, "W-T");
    total.as_object_mut().unwrap().remove("unit");
    total["building"] = json!("3栋");
    total["opening"]["value"] = json!("0");
    let total = began(&tour.done(desk, "/meters", total).await, "meter");
    tour.done(&tour.estate.maintenance, "/meter-readings", readings(&total, "2026-02-28", "60", json!({}))).await;
    began(&answer, "meter")
}

/// One reading with what else it says.
fn readings(meter: &str, on: &str, value: &str, more: Value) -> Value {
    let mut reading = json!({"meter": meter, "on": on, "value": value});
    for (name, value) in more.as_object().unwrap() {
        reading[name] = value.clone();
    }
    json!({"readings": [reading]})
}

/// Usage of January, in three tiers; answers the reading.
async fn billed(tour: &Tour, unit: &str, meter: &str) -> String {
    let (estate, fixer) = (&tour.estate, &tour.estate.maintenance);
    let read = |on: &str, value: &str| readings(meter, on, value, json!({}));
    tour.refused(
        fixer,
        &[
            ("/meter-readings", json!({"readings": []}), 422, "readings_must_be_few"),
            ("/meter-readings", readings(UNKNOWN, "2026-01-25", "1", json!({})), 404, "meter_must_exist"),
            ("/meter-readings", read("2026-01-01", "99991"), 409, "reading_must_be_later"),
            ("/meter-readings", read("2026-01-25", "20"), 409, "reading_must_not_go_back"),
            (
                "/meter-readings",
                readings(meter, "2026-01-25", "99999", json!({"rolled_over": true})),
                422,
                "rollover_must_be_needed",
            ),
        ],
    )
    .await;
    let estimated = json!({"rolled_over": true, "kind": "estimated", "photo": "ab".repeat(32)});
    let answer = tour.done(fixer, "/meter-readings", readings(meter, "2026-01-25", "20", estimated)).await;
    let billed = tour.done(&estate.finance, &format!("/units/{unit}/bill"), json!({"from": "2026-01"})).await;
    let charge = fact(&billed, "charge_posted");
    // 18 × 3.505 + 8 × 4.905 + 4 × 8
    assert_eq!((&charge["amount"], &charge["metered"]["usage"]), (&json!("134.33"), &json!("30")));
    let charge = charge["charge"].as_str().unwrap();
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, billed["position"]));
    let explained = auditor.get(&estate.at(&format!("/charges/{charge}/explanation"))).await.good();
    assert_eq!((&explained["kind"], &explained["recomputed"]["equal"]), (&json!("metered"), &json!(true)));
    assert_eq!(explained["metered"]["parts"][0]["lines"].as_array().map(Vec::len), Some(3), "{explained}");
    fact(&answer, "meter_read")["reading"]["reading"].as_str().unwrap().to_owned()
}

async fn corrected(tour: &Tour, (meter, account): (&str, &str), reading: &str) {
    let finance = &tour.estate.finance;
    let path = |reading: &str| format!("/meters/{meter}/readings/{reading}/correct");
    let to = |value: &str| json!({"value": value, "rolled_over": true, "reason": "实抄"});
    tour.refused(
        finance,
        &[
            (&path(UNKNOWN), to("10"), 404, "reading_must_exist"),
            (&path(reading), to("20"), 409, "reading_must_change"),
            (&path(reading), to("10"), 403, "approval_must_be_given"),
        ],
    )
    .await;
    let raised = tour.done(finance, &path(reading), to("21")).await;
    assert_eq!(fact(&raised, "charge_posted")["amount"], "8.00");
    let charge = fact(&raised, "charge_posted")["source"]["charge"].as_str().unwrap().to_owned();
    let reverse = format!("/accounts/{account}/charges/{charge}/reverse");
    tour.refused(finance, &[(&reverse, json!({"reason": "重复出账"}), 409, "corrections_must_be_reversed")]).await;
    let lowered = tour.approved("correct_reading", json!({"meter": meter, "reading": reading}), to("10")).await;
    let lowered = tour.done(finance, &path(reading), lowered).await;
    assert_eq!(fact(&lowered, "charge_reduced")["amount"], "8.00", "of the correction first");
}

async fn held(tour: &Tour, meter: &str) {
    let (desk, fixer) = (&tour.estate.desk, &tour.estate.maintenance);
    let read = |on: &str, value: &str| readings(meter, on, value, json!({}));
    tour.done(fixer, "/meter-readings", read("2026-02-05", "15")).await;
    let path = |reading: &str, verb: &str| format!("/meters/{meter}/readings/{reading}/{verb}");
    let reason = json!({"reason": "漏水已修"});
    for verb in ["reject", "accept"] {
        let answer = tour.done(fixer, "/meter-readings", read("2026-02-10", "100")).await;
        let reading = fact(&answer, "reading_held")["reading"]["reading"].as_str().unwrap();
        tour.refused(fixer, &[("/meter-readings", read("2026-02-12", "101"), 409, "held_reading_must_be_settled")])
            .await;
        tour.refused(desk, &[(&path(UNKNOWN, verb), reason.clone(), 409, "reading_must_be_held")]).await;
        tour.done(desk, &path(reading, verb), reason.clone()).await;
    }
}

async fn replaced_and_removed(tour: &Tour, meter: &str) {
    let (desk, fixer) = (&tour.estate.desk, &tour.estate.maintenance);
    let (replace, remove) = (format!("/meters/{meter}/replace"), format!("/meters/{meter}/remove"));
    let new = json!({"on": "2026-02-15", "value": "110", "code": "W00009", "device": {"multiplier": "1"}});
    let answer = tour.done(fixer, &replace, new).await;
    let reading = fact(&answer, "meter_replaced")["reading"].as_str().unwrap().to_owned();
    tour.done(fixer, "/meter-readings", readings(meter, "2026-02-20", "2", json!({}))).await;
    let above = json!({"value": "200", "reason": "复核"});
    let path = format!("/meters/{meter}/readings/{reading}/correct");
    tour.refused(&tour.estate.finance, &[(&path, above, 409, "reading_must_stay_below_next")]).await;
    let last = json!({"on": "2026-02-25", "value": "3", "reason": "拆迁"});
    tour.done(desk, &remove, last.clone()).await;
    tour.refused(desk, &[(&remove, last, 409, "meter_must_be_installed")]).await;
}

async fn reads(tour: &Tour, unit: &str, meter: &str) {
    let estate = &tour.estate;
    let newest = tour.done(&estate.desk, "/meter-check", json!({"factor": "2.5", "readings": 3})).await;
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, newest["position"]));
    let get = async |path: &str| auditor.get(&estate.at(path)).await.good();
    let of_unit = get(&format!("/meters?unit={unit}&utility=water&status=removed")).await;
    assert_eq!(of_unit["items"][0]["code"], "W00009");
    let one = get(&format!("/meters/{meter}")).await;
    // 20 to 10 on 25 January, 15, 100, 110 and three of the new one.
    assert_eq!((&one["total"], &one["status"]), (&json!("123"), &json!("removed")));
    let readings = get(&format!("/meters/{meter}/readings")).await;
    let used: Vec<&str> = readings["items"].as_array().unwrap().iter().filter_map(|r| r["usage"].as_str()).collect();
    assert_eq!(used, ["1", "2", "10", "85", "5", "20"]);
    let path = |question: &str| format!("/meter-balance?utility=water{question}");
    let balance = get(&path("&from=2026-01-01&until=2026-03-01&building=3%E6%A0%8B")).await;
    assert_eq!((&balance["totals"]["usage"], &balance["units"]["usage"]), (&json!("60"), &json!("123")), "{balance}");
    for (question, code) in
        [("&from=2026-01-01", "field_required"), ("&from=2026-01-01&until=2026-01-01", "range_must_not_be_empty")]
    {
        assert_eq!(auditor.get(&estate.at(&path(question))).await.blamed(400).1, code, "{question}");
    }
}
