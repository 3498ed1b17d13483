//! Explanations over HTTP: out of the log, to the fen, in words; and what no tariff billed.

use crate::estate::Estate;
use crate::server::began;
use serde_json::{Value, json};

/// The explanation of a charge as of what was answered.
async fn explained(estate: &Estate, answer: &Value, charge: &str) -> Value {
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, answer["position"]));
    auditor.get(&estate.at(&format!("/charges/{charge}/explanation"))).await.good()
}

fn charges(answer: &Value) -> Vec<String> {
    let facts = answer["result"]["facts"].as_array().unwrap().iter();
    let charges = facts.filter(|fact| fact["event_type"] == "charge_posted");
    charges.map(|fact| fact["data"]["charge"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_billed_month_is_explained_to_the_fen() {
    let estate = Estate::build().await;
    let item = estate.fee_item().await;
    let (unit, _) = estate.unit("3-1-1202").await;
    estate.attach(&estate.desk, &unit, &item).await;
    let own = json!({
        "fee_item": item, "from": "2026-02-01", "reason": "首层不用电梯",
        "price": {"kind": "formula", "formula": "area * unit_price + floor_area / 3", "unit_price": "2.38"},
    });
    let path = format!("/units/{unit}/prices");
    assert_eq!(estate.finance.post(&estate.at(&path), own.clone()).await.refused(422), "formula_must_name_known");
    let area = json!({"name": "floor_area", "label": "公摊面积"});
    estate.finance.post(&estate.at("/unit-attributes"), area).await.good();
    let set = json!({"name": "floor_area", "from": "2026-01-01", "value": "10"});
    estate.desk.post(&estate.at(&format!("/units/{unit}/attributes")), set).await.good();
    estate.finance.post(&estate.at(&path), own).await.good();
    let bill = estate.at(&format!("/units/{unit}/bill"));
    let billed = estate.finance.post(&bill, json!({"from": "2026-01", "to": "2026-02"})).await.good();
    let [january, february] = &charges(&billed)[..] else { panic!("two charges: {billed}") };

    let by_tariff = explained(&estate, &billed, january).await;
    assert_eq!(by_tariff["recomputed"], json!({"amount": "250.60", "posted": "250.60", "equal": true}));
    assert_eq!(by_tariff["tariff"]["price"], json!({"kind": "per_area", "area": "building", "unit_price": "2.8"}));
    assert_eq!(by_tariff["tariff"]["written"]["by"]["kind"], "staff");
    assert_eq!(by_tariff["own_price"], Value::Null);
    assert_eq!(
        by_tariff["inputs"],
        json!([
            {"name": "building_area_sqm", "label": "建筑面积", "value": "89.5", "since": "2020-01-01"},
            {"name": "unit_price", "label": "单价", "value": "2.8", "since": "2020-01-01"},
        ])
    );
    assert_eq!(
        (&by_tariff["steps"]["months"]["text"], &by_tariff["steps"]["unrounded"]),
        (&json!("1"), &json!("250.6"))
    );
    let text = by_tariff["text"].as_str().unwrap();
    let said = "物业费，2026年1月：建筑面积 89.5 平方米 × 单价 2.8 元/平方米·月 × 1 个月 = 250.60 元。";
    assert!(text.starts_with(said), "{text}");

    let by_own = explained(&estate, &billed, february).await;
    assert_eq!(by_own["recomputed"], json!({"amount": "216.34", "posted": "216.34", "equal": true}));
    assert_eq!(
        (&by_own["own_price"]["from"], &by_own["own_price"]["reason"]),
        (&json!("2026-02-01"), &json!("首层不用电梯"))
    );
    assert_eq!(by_own["formula"]["text"], "area * unit_price + floor_area / 3");
    assert!(by_own["text"].as_str().unwrap().contains("公摊面积 10"), "{}", by_own["text"]);
    estate.server.stop().await;
}

#[tokio::test]
async fn what_became_of_a_charge_stands_in_its_explanation() {
    let estate = Estate::build().await;
    let item = estate.fee_item().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let charge = estate.charge(&account, &item, "100.00").await;
    let lower = json!({"charges": [{"charge": charge, "amount": "5.00"}], "reason": "电梯停运"});
    let path = estate.at(&format!("/accounts/{account}/waive"));
    estate.finance.post(&path, lower).await.good();
    let bank = estate.channel_account("bank").await;
    let pay = json!({
        "channel_account": bank, "reference": "B-1", "amount": "40.00", "value_on": "2026-01-05",
        "spending": {"pays": [{"account": account, "charges": []}], "rest_to": account},
    });
    let paid = estate.cashier.post(&estate.at("/payments"), pay).await.good();
    let explanation = explained(&estate, &paid, &charge).await;
    assert_eq!((&explanation["kind"], &explanation["tariff"]), (&json!("one_off"), &Value::Null));
    assert_eq!(explanation["happened"][0]["event_type"], "charge_waived");
    assert_eq!(explanation["happened"][0]["reason"], "电梯停运");
    assert_eq!(explanation["payments"][0]["payment"], began(&paid, "payment"));
    let figures = ["owed", "paid", "open"].map(|name| explanation[name].as_str().unwrap());
    assert_eq!(figures, ["95.00", "40.00", "55.00"]);
    let text = explanation["text"].as_str().unwrap();
    assert!(text.contains("减免 5.00 元（电梯停运）。现应缴 95.00 元，已缴 40.00 元，未缴 55.00 元。"), "{text}");
    let unknown = "/charges/0190b0e0-0000-7000-8000-000000000001/explanation";
    assert_eq!(estate.auditor.get(&estate.at(unknown)).await.status, 404);
    estate.server.stop().await;
}
