//! Meters over HTTP: a community whose water is billed in tiers, from readings in a file to the owner's bill.

use super::imports::{import_id, upload, zipped};
use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::server::began;
use serde_json::{Value, json};
use std::time::Duration;
use zip::CompressionMethod;

/// A fee item for water in tiers, charged to a unit since 2024.
async fn water(estate: &Estate, client: &Client, units: &[&str]) -> String {
    let body = json!({"name": "自来水费", "fund": "pass_through", "priority": 20, "vat": {"category": "not_taxable"}});
    let item = began(&client.post(&estate.at("/fee-items"), body).await.good(), "fee_item");
    let tiers = json!([{"up_to": "180", "price": "3.5"}, {"up_to": "260", "price": "4.9"}, {"price": "8"}]);
    let tariff = json!({
        "from": "2024-01-01", "price": {"kind": "tiered_metered", "utility": "water", "tiers": tiers},
        "cycle_months": 1, "basis": "calendar", "timing": "arrears", "due": {"kind": "days_after", "days": 15},
    });
    client.post(&estate.at(&format!("/fee-items/{item}/tariffs")), tariff).await.good();
    for unit in units {
        estate.attach(client, unit, &item).await;
    }
    item
}

fn readings(rows: &str) -> Vec<u8> {
    let head = "房屋,表类型,表号,上期读数,本期读数,抄表日期,备注,本年已用\n";
    zipped(&[("抄表.csv", format!("{head}{rows}").as_bytes())], CompressionMethod::Deflated)
}

/// Commits and waits until it is done.
async fn commit(estate: &Estate, import: &str, body: Value) -> Value {
    let path = estate.at(&format!("/imports/{import}"));
    estate.desk.post(&format!("{path}/commit"), body).await.good();
    loop {
        let progress = estate.desk.get(&path).await.good()["progress"].clone();
        if progress["state"] != "running" {
            return progress;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn readings_come_out_of_a_workbook_and_are_billed_in_tiers_once() {
    let estate = Estate::build().await;
    let (one, _) = estate.unit("1-101").await;
    let (two, _) = estate.unit("1-102").await;
    let item = water(&estate, &estate.finance, &[&one, &two]).await;
    let faulty = readings("1-101,水表,W1,100,90,2026-01-25,,\n1-102,水表,W2,5,15,2026-01-25,,175\n");
    let preview = upload(&estate.desk, &estate, faulty).await.good();
    assert_eq!((&preview["kind"], &preview["findings"]["total"]), (&json!("readings"), &json!(1)), "{preview}");
    let finding = &preview["findings"]["items"][0];
    assert_eq!((&finding["row"], &finding["column"]), (&json!(2), &json!("本期读数")));
    assert_eq!(finding["rule"]["code"], "reading_below_last");

    let good = readings("1-101,水表,W1,100,370,2026-01-25,,\n1-102,水表,W2,5,15,2026-01-25,,175\n");
    let preview = upload(&estate.desk, &estate, good.clone()).await.good();
    assert_eq!((&preview["new_meters"], &preview["asks_from"]), (&json!(2), &json!(true)), "{preview}");
    let import = import_id(&preview);
    let path = estate.at(&format!("/imports/{import}/commit"));
    assert_eq!(estate.desk.post(&path, json!({})).await.blamed(422).1, "field_required");
    let progress = commit(&estate, &import, json!({"from": "2026-01-01"})).await;
    assert_eq!((&progress["state"], &progress["posted"]), (&json!("completed"), &json!(2)), "{progress}");
    // Once more: the same readings, and nothing new.
    assert_eq!(commit(&estate, &import, json!({"from": "2026-01-01"})).await, progress);

    let bill = |unit: &str| estate.at(&format!("/units/{unit}/bill"));
    let month = json!({"from": "2026-01", "fee_items": [item]});
    let billed = estate.finance.post(&bill(&one), month.clone()).await.good();
    // 180 × 3.5 + 80 × 4.9 + 10 × 8
    assert_eq!(fact(&billed, "charge_posted")["amount"], "1102.00");
    let small = estate.finance.post(&bill(&two), month.clone()).await.good();
    // 175 before the file: 5 × 3.5 and 5 × 4.9
    assert_eq!(fact(&small, "charge_posted")["amount"], "42.00");
    assert_eq!(estate.finance.post(&bill(&one), month).await.refused(409), "nothing_to_bill");
    let charge = fact(&billed, "charge_posted")["charge"].as_str().unwrap();
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, small["position"]));
    let explained = auditor.get(&estate.at(&format!("/charges/{charge}/explanation"))).await.good();
    let text = explained["text"].as_str().unwrap();
    assert!(text.contains("读数 100") && text.contains("80 × 4.9 元 = 392.00 元"), "{text}");
    let meters = auditor.get(&estate.at(&format!("/meters?unit={one}"))).await.good();
    assert_eq!((&meters["items"][0]["code"], &meters["items"][0]["total"]), (&json!("W1"), &json!("270")));
    let meters = auditor.get(&estate.at(&format!("/meters?unit={two}"))).await.good();
    assert_eq!(meters["items"][0]["used_this_year"], "175");
    let other = readings("1-102,水表,W2,15,20,2026-02-25,,176\n");
    let preview = upload(&estate.desk, &estate, other).await.good();
    assert_eq!(preview["findings"]["items"][0]["rule"]["code"], "used_this_year_differs", "{preview}");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_formula_over_usage_is_tried_on_its_units_billed_and_explained() {
    let estate = Estate::build().await;
    let (unit, _) = estate.unit("1-101").await;
    let item = water(&estate, &estate.finance, &[]).await;
    let body = json!({"name": "供热费", "fund": "pass_through", "priority": 21, "vat": {"category": "not_taxable"}});
    let heat = began(&estate.finance.post(&estate.at("/fee-items"), body).await.good(), "fee_item");
    let tariff = |formula: &str| {
        json!({
            "from": "2024-01-01", "cycle_months": 1, "basis": "calendar", "timing": "arrears",
            "price": {"kind": "metered_formula", "utility": "heating", "formula": formula, "unit_price": "0.5"},
            "due": {"kind": "days_after", "days": 15},
        })
    };
    let path = |item: &str| estate.at(&format!("/fee-items/{item}/tariffs"));
    estate.attach(&estate.finance, &unit, &heat).await;
    let opening = json!({"on": "2026-01-01", "value": "100"});
    let body = json!({"unit": unit, "utility": "heating", "code": "H1", "opening": opening});
    let meter = began(&estate.desk.post(&estate.at("/meters"), body).await.good(), "meter");
    let refused = estate.finance.post(&path(&heat), tariff("usage * coefficient")).await;
    assert_eq!(refused.refused(409), "formula_must_fit_units");
    estate.finance.post(&path(&heat), tariff("10 + usage * unit_price")).await.good();
    let changed = estate.finance.post(&path(&item), tariff("usage * unit_price")).await;
    assert_eq!(changed.refused(409), "utility_must_stay");
    let read = json!({"readings": [{"meter": meter, "on": "2026-01-25", "value": "130"}]});
    estate.desk.post(&estate.at("/meter-readings"), read).await.good();
    let month = json!({"from": "2026-01", "fee_items": [heat]});
    let billed = estate.finance.post(&estate.at(&format!("/units/{unit}/bill")), month).await.good();
    let charge = fact(&billed, "charge_posted");
    assert_eq!(charge["amount"], "25.00");
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, billed["position"]));
    let charge = charge["charge"].as_str().unwrap();
    let explained = auditor.get(&estate.at(&format!("/charges/{charge}/explanation"))).await.good();
    assert_eq!(explained["recomputed"]["equal"], true, "{explained}");
    let formula = &explained["metered"]["parts"][0]["formula"];
    assert_eq!((&formula["value"], &formula["inputs"][0]["label"]), (&json!("25"), &json!("单价")), "{explained}");
    estate.server.stop().await;
}

#[tokio::test]
async fn whoever_reads_meters_neither_settles_nor_corrects() {
    let estate = Estate::build().await;
    let (unit, _) = estate.unit("1-101").await;
    let body = json!({"unit": unit, "utility": "water", "code": "W1", "opening": {"on": "2026-01-01", "value": "0"}});
    assert_eq!(estate.maintenance.post(&estate.at("/meters"), body.clone()).await.refused(403), "role_not_allowed");
    let meter = began(&estate.desk.post(&estate.at("/meters"), body).await.good(), "meter");
    let read = json!({"readings": [{"meter": meter, "on": "2026-01-25", "value": "8"}]});
    assert_eq!(estate.cashier.post(&estate.at("/meter-readings"), read.clone()).await.refused(403), "role_not_allowed");
    let read = estate.maintenance.post(&estate.at("/meter-readings"), read).await.good();
    let reading = fact(&read, "meter_read")["reading"]["reading"].as_str().unwrap();
    let path = |verb: &str| estate.at(&format!("/meters/{meter}/readings/{reading}/{verb}"));
    let reason = json!({"reason": "复核"});
    assert_eq!(estate.maintenance.post(&path("accept"), reason.clone()).await.refused(403), "role_not_allowed");
    let wrong = json!({"value": "7", "reason": "复核"});
    assert_eq!(estate.desk.post(&path("correct"), wrong.clone()).await.refused(403), "role_not_allowed");
    estate.finance.post(&path("correct"), wrong).await.good();
    estate.server.stop().await;
}
