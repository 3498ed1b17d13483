//! Previews of bill runs: what is shown is what is posted, to the row and to the fen, and nothing is written.

use super::bill_runs::start;
use crate::estate::Estate;
use crate::server::began;
use serde_json::{Value, json};

/// An id that nothing has.
const UNKNOWN: &str = "0190b0e0-0000-7000-8000-000000000001";

/// Every unit of a preview, two a page.
async fn units(estate: &Estate, query: &str) -> Vec<Value> {
    let (mut units, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = estate.at(&format!("/bill-runs/preview/units?{query}&limit=2{cursor}"));
        let page = estate.auditor.get(&path).await.good();
        units.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { return units };
        cursor = format!("&cursor={next}");
    }
}

async fn total(estate: &Estate, query: &str) -> Value {
    estate.auditor.get(&estate.at(&format!("/bill-runs/preview?{query}"))).await.good()
}

/// What is charged for, when, to whom and how much.
fn shown(charge: &Value) -> String {
    let of = |name: &str| charge[name].as_str().unwrap().to_owned();
    ["fee_item", "service_from", "service_until", "period", "due_on", "obligor_party", "tariff", "amount"]
        .map(of)
        .join(" ")
}

fn posted(data: &Value) -> String {
    let of = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    let pointers = [
        "/booking/fee_item",
        "/service/from",
        "/service/until",
        "/booking/period",
        "/due_on",
        "/booking/obligor",
        "/tariff",
        "/amount",
    ];
    pointers.map(of).join(" ")
}

/// Runs a month; answers the charges as they were posted, in order, and the run's end.
async fn run(estate: &Estate, month: &str) -> (Vec<String>, Value) {
    let (run, mut events) = start(estate, &estate.finance, month).await;
    let mut charges = Vec::new();
    loop {
        let event = events.next().await;
        if event["event_type"] == "charge_posted" && event["data"]["run"] == run.as_str() {
            charges.push(posted(&event["data"]));
        }
        if event["event_type"] == "bill_run_completed" {
            charges.sort_unstable();
            return (charges, event["data"].clone());
        }
    }
}

/// A fee item whose price rests on a coefficient that no unit has.
async fn unknown_price(estate: &Estate) -> String {
    let body =
        json!({"name": "电梯费", "fund": "operating", "priority": 20, "vat": {"category": "rated", "rate": "0.06"}});
    let item = began(&estate.finance.post(&estate.at("/fee-items"), body).await.good(), "fee_item");
    let tariff = json!({
        "from": "2020-01-01",
        "price": {"kind": "coefficient", "area": "building", "unit_price": "1"},
        "cycle_months": 1, "basis": "calendar", "timing": "advance",
        "due": {"kind": "days_after", "days": 30},
    });
    estate.finance.post(&estate.at(&format!("/fee-items/{item}/tariffs")), tariff).await.good();
    item
}

fn change(of: &Value) -> [&str; 4] {
    ["amount", "charged_already", "last_period", "difference"].map(|name| of[name].as_str().unwrap())
}

#[tokio::test]
async fn what_was_previewed_is_what_is_posted() {
    let estate = Estate::build().await;
    let (item, lift) = (estate.fee_item().await, unknown_price(&estate).await);
    let mut homes = Vec::new();
    for code in ["1-101", "1-102", "1-103", "1-104"] {
        homes.push(estate.unit(code).await.0);
    }
    for unit in &homes[..3] {
        estate.attach(&estate.desk, unit, &item).await;
    }
    estate.attach(&estate.desk, &homes[2], &lift).await;
    run(&estate, "2026-01").await;
    let at = |unit: &str, verb: &str| estate.at(&format!("/units/{unit}/{verb}"));
    let larger = json!({"from": "2026-02-01", "building_area_sqm": "100"});
    estate.desk.post(&at(&homes[1], "areas"), larger).await.good();
    let ended = json!({"fee_item": item, "on": "2026-02-01"});
    let last = estate.desk.post(&at(&homes[0], "detach-fee-item"), ended).await.good();

    let before = total(&estate, "month=2026-02").await;
    assert_eq!(change(&before), ["530.60", "0.00", "751.80", "-221.20"]);
    assert_eq!((&before["units"], &before["billed"], &before["charges"]), (&json!(4), &json!(2), &json!(2)));
    let largest = before["largest_changes"].as_array().unwrap();
    let largest: Vec<_> = largest.iter().map(|unit| (unit["code"].as_str().unwrap(), change(unit)[3])).collect();
    assert_eq!(largest, [("1-101", "-250.60"), ("1-102", "29.40")]);
    assert_eq!(
        before["skipped"],
        json!([{"fee_item": lift, "reason": "formula_invalid", "missing": "coefficient", "count": 1}])
    );
    let rows = units(&estate, "month=2026-02").await;
    let codes: Vec<&str> = rows.iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["1-101", "1-102", "1-103", "1-104"]);
    assert_eq!(rows[2]["skipped"][0]["missing"], "coefficient");
    assert_eq!(rows[2]["skipped"][0]["service_from"], "2026-02-01");
    let mut previewed: Vec<String> =
        rows.iter().flat_map(|row| row["charges"].as_array().unwrap()).map(shown).collect();
    previewed.sort_unstable();

    // Nothing was written meanwhile, and the run posts exactly that.
    let newest = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, last["position"]));
    assert!(newest.get(&estate.at("/bill-runs")).await.good()["items"].is_array());
    let (charges, end) = run(&estate, "2026-02").await;
    assert_eq!(charges, previewed);
    assert_eq!(end, json!({"charges": "2", "amount": "530.60", "skipped": "1"}));

    let after = total(&estate, "month=2026-02").await;
    assert_eq!(change(&after), ["0.00", "530.60", "751.80", "-221.20"]);
    let differences = |of: &Value| {
        let units = of["largest_changes"].as_array().unwrap();
        units.iter().map(|unit| unit["difference"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(differences(&after), differences(&before));
    estate.server.stop().await;
}

#[tokio::test]
async fn a_preview_is_of_a_run_that_could_be_started() {
    let estate = Estate::build().await;
    let item = estate.fee_item().await;
    let (unit, _) = estate.unit("1-101").await;
    estate.attach(&estate.desk, &unit, &item).await;
    let other = estate.fee_item().await;
    let both = total(&estate, &format!("month=2026-02&fee_items={item},{other}")).await;
    assert_eq!(both["skipped"], json!([{"fee_item": other, "reason": "not_attached", "count": 1}]));
    assert_eq!(both["fee_items"].as_array().unwrap().len(), 2);
    for path in ["/bill-runs/preview", "/bill-runs/preview/units"] {
        let get = async |query: String| estate.auditor.get(&estate.at(&format!("{path}?{query}"))).await;
        assert_eq!(get(format!("fee_items={item}")).await.blamed(400).0, "month");
        assert_eq!(get("month=2026-13".to_owned()).await.blamed(400).0, "month");
        assert_eq!(get("month=2026-02&fee_items=x".to_owned()).await.blamed(400).0, "fee_items");
        let many = vec![item.as_str(); 51].join(",");
        assert_eq!(get(format!("month=2026-02&fee_items={many}")).await.blamed(400).0, "fee_items");
        assert_eq!(get(format!("month=2026-02&fee_items={item},{item}")).await.refused(422), "fee_items_must_be_few");
        assert_eq!(get(format!("month=2026-02&fee_items={UNKNOWN}")).await.refused(404), "fee_item_must_exist");
        let path = estate.at(&format!("{path}?month=2026-02"));
        assert_eq!(estate.maintenance.get(&path).await.refused(403), "role_not_allowed");
    }
    estate.server.stop().await;
}
