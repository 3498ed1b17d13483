//! Prepayment offers: twelve months for eleven, quoted, paid wholly at once or refused, listed, ended.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let item = tour.estate.fee_item().await;
    let offer = offered(tour, &item).await;
    accepted(tour, &item, &offer).await;
    refused(tour, &item, &offer).await;
    let end = format!("/fee-items/{item}/prepayment-offers/{offer}/end");
    let on = |on: &str| json!({"on": on, "reason": "名额已满"});
    let finance = &tour.estate.finance;
    tour.refused(finance, &[(&end, on("2026-07-01"), 409, "prepayment_offer_must_hold_then")]).await;
    let done = tour.done(finance, &end, on("2026-03-20")).await;
    let auditor =
        tour.estate.auditor.with("ledger-position", format!("{}@{}", tour.estate.community, done["position"]));
    let list = auditor.get(&tour.at("/prepayment-offers")).await.good();
    let first = &list["items"][1];
    assert_eq!((&first["months"], &first["valid_until"]), (&json!(12), &json!("2026-03-20")));
}

/// Set with another's approval, once for as many months at a time.
async fn offered(tour: &Tour, item: &str) -> String {
    let finance = &tour.estate.finance;
    let path = format!("/fee-items/{item}/prepayment-offers");
    let wish = json!({"months": 12, "free_months": 1, "days": {"from": "2026-03-01", "until": "2026-07-01"}});
    let water = tour.fee_item("代收水费", "pass_through").await;
    tour.refused(
        finance,
        &[
            (&path, with(wish.clone(), "free_months", json!(12)), 422, "prepayment_months_must_be_in_range"),
            (&format!("/fee-items/{water}/prepayment-offers"), wish.clone(), 409, "prepayment_must_be_operating"),
            (
                &format!("{path}/{UNKNOWN}/end"),
                json!({"on": "2026-03-02", "reason": "误设"}),
                404,
                "prepayment_offer_must_exist",
            ),
        ],
    )
    .await;
    let approved = tour.approved("set_prepayment_offer", json!({"fee_item": item}), wish.clone()).await;
    let done = tour.done(finance, &path, approved).await;
    tour.refused(finance, &[(&path, wish, 409, "prepayment_offer_must_not_overlap")]).await;
    fact(&done, "prepayment_offer_set")["offer"].as_str().unwrap().to_owned()
}

/// A household takes the year from April; what it lacks is said before, and refused.
async fn accepted(tour: &Tour, item: &str, offer: &str) {
    let (estate, cashier) = (&tour.estate, &tour.estate.cashier);
    let (unit, account) = estate.unit("8-201").await;
    estate.attach(&estate.desk, &unit, item).await;
    let march = json!({"from": "2026-03", "to": "2026-03", "fee_items": [item]});
    tour.done(&estate.finance, &format!("/units/{unit}/bill"), march).await;
    let quote = tour.at(&format!("/units/{unit}/prepayment?fee_item={item}&offer={offer}"));
    let path = format!("/units/{unit}/prepayments");
    let wish = json!({"fee_item": item, "offer": offer, "from": "2026-04-01"});
    tour.refused(cashier, &[(&path, wish.clone(), 409, "credit_must_pay_all_months")]).await;
    let channel = estate.channel_account("bank").await;
    let money = |reference: &str, amount: &str| {
        json!({
            "channel_account": channel, "reference": reference, "amount": amount, "value_on": "2026-03-01",
            "spending": {"pays": [{"account": account}], "rest_to": account},
        })
    };
    tour.done(cashier, "/payments", money("PRE-1", "3000.00")).await;
    // March is paid first: what is left does not pay the year.
    let seen = cashier.get(&quote).await.good();
    assert_eq!((&seen["credit"], &seen["missing"]), (&json!("2749.40"), &json!("7.20")));
    assert_eq!((&seen["total"]["net"], &seen["service_from"]), (&json!("2756.60"), &json!("2026-04-01")));
    tour.refused(cashier, &[(&path, wish.clone(), 409, "credit_must_pay_all_months")]).await;
    tour.done(cashier, "/payments", money("PRE-2", "7.20")).await;
    let done = tour.done(cashier, &path, wish.clone()).await;
    let granted = fact(&done, "discount_granted");
    assert_eq!((&granted["kind"], &granted["offer"]), (&json!("prepayment"), &json!(offer)));
    let charge = fact(&done, "charge_posted");
    assert_eq!((&charge["gross"], &charge["amount"]), (&json!("250.60"), &json!("229.72")));
    tour.refused(cashier, &[(&path, wish, 409, "discount_must_not_overlap")]).await;

    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, done["position"]));
    let list = auditor.get(&tour.at(&format!("/units/{unit}/discounts"))).await.good();
    let first = &list["items"][0];
    assert_eq!((&first["free_months"], &first["of_months"], &first["offer"]), (&json!(1), &json!(12), &json!(offer)));
    let charge = charge["charge"].as_str().unwrap();
    let text = auditor.get(&tour.at(&format!("/charges/{charge}/explanation"))).await.good()["text"].to_string();
    assert!(text.contains("预缴优惠缴 11 个月享 12 个月，合计减 250.60 元，按月累计分摊，本笔减 20.88 元"), "{text}");
}

async fn refused(tour: &Tour, item: &str, offer: &str) {
    let (estate, cashier) = (&tour.estate, &tour.estate.cashier);
    let (unit, _) = estate.unit("8-202").await;
    estate.attach(&estate.desk, &unit, item).await;
    let march = json!({"from": "2026-03", "to": "2026-03", "fee_items": [item]});
    tour.done(&estate.finance, &format!("/units/{unit}/bill"), march).await;
    let party = estate.desk.get(&tour.at(&format!("/units/{}", estate.unit("8-203").await.0))).await.good();
    let sold = json!({"from": "2026-08-01", "party": party["owner_party"]});
    tour.done(&estate.finance, &format!("/units/{unit}/owners"), sold).await;
    let path = format!("/units/{unit}/prepayments");
    let from = |from: &str| json!({"fee_item": item, "offer": offer, "from": from});
    let next = json!({"months": 6, "free_months": 1, "days": {"from": "2026-04-01", "until": "2026-05-01"}});
    let next = tour.done(&estate.finance, &format!("/fee-items/{item}/prepayment-offers"), next).await;
    let next = fact(&next, "prepayment_offer_set")["offer"].clone();
    let by_hand = json!({
        "fee_item": item, "kind": "prepayment", "terms": {"kind": "free"}, "reason": "全年预缴",
        "days": {"from": "2026-04-01", "until": "2027-04-01"},
    });
    let cases: &[(Value, u16, &str)] = &[
        (with(from("2026-04-01"), "offer", json!(UNKNOWN)), 404, "prepayment_offer_must_exist"),
        (with(from("2026-04-01"), "offer", next), 409, "prepayment_offer_must_hold_then"),
        (from("2026-04-02"), 422, "prepaid_months_must_be_whole"),
        (from("2027-04-01"), 422, "prepaid_months_must_begin_soon"),
        (from("2023-12-01"), 409, "prepaid_months_must_be_attached"),
        (from("2026-03-01"), 409, "prepaid_months_must_be_billable"),
        (from("2026-04-01"), 409, "prepayment_must_be_of_one_party"),
    ];
    for (body, status, code) in cases {
        tour.refused(cashier, &[(&path, body.clone(), *status, code)]).await;
    }
    let discounts = format!("/units/{unit}/discounts");
    tour.refused(&estate.finance, &[(&discounts, by_hand, 422, "prepayment_must_be_accepted")]).await;
}
