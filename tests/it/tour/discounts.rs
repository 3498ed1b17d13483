//! Discounts: granted on another's word, a line of what is billed, ended early; days that are charged are decided.

use super::{Tour, UNKNOWN, with};
use crate::client::Client;
use crate::estate::fact;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let (unit, _) = tour.estate.unit("8-101").await;
    let item = tour.estate.fee_item().await;
    tour.estate.attach(&tour.estate.desk, &unit, &item).await;
    refused(tour, &unit, &item).await;
    billed(tour, &unit, &item).await;
    campaign(tour).await;
    vacancy(tour).await;
}

fn hardship(item: &str, from: &str, until: &str) -> Value {
    json!({
        "fee_item": item, "kind": "hardship", "terms": {"kind": "percentage", "off": "0.3"},
        "days": {"from": from, "until": until}, "reason": "低保家庭",
    })
}

async fn refused(tour: &Tour, unit: &str, item: &str) {
    let path = format!("/units/{unit}/discounts");
    let wish = hardship(item, "2026-05-01", "2026-07-01");
    let terms = |terms: Value| with(wish.clone(), "terms", terms);
    let deposit = tour.fee_item("装修押金", "deposit").await;
    let metered = tour.fee_item("燃气费", "pass_through").await;
    let tariff = json!({
        "from": "2025-01-01", "price": {"kind": "metered", "utility": "gas", "unit_price": "2.63"}, "cycle_months": 1,
        "basis": "calendar", "timing": "arrears", "due": {"kind": "days_after", "days": 15},
    });
    tour.done(&tour.estate.finance, &format!("/fee-items/{metered}/tariffs"), tariff).await;
    tour.refused(
        &tour.estate.finance,
        &[
            (&path, terms(json!({"kind": "percentage", "off": "1"})), 422, "discount_must_be_in_range"),
            (&path, terms(json!({"kind": "amount", "per_month": "0.00"})), 422, "discount_must_be_in_range"),
            (&path, terms(json!({"kind": "half"})), 422, "word_not_allowed"),
            (&path, with(wish.clone(), "fee_item", json!(UNKNOWN)), 404, "fee_item_must_exist"),
            (&path, with(wish.clone(), "fee_item", json!(deposit)), 409, "discount_must_be_of_a_fee"),
            (&path, with(wish.clone(), "fee_item", json!(metered)), 409, "discount_must_be_by_time"),
            (
                &format!("{path}/{UNKNOWN}/end"),
                json!({"on": "2026-06-01", "reason": "搬离"}),
                404,
                "discount_must_exist",
            ),
        ],
    )
    .await;
    tour.done(&tour.estate.finance, &path, terms(json!({"kind": "amount", "per_month": "5.00"}))).await;
    tour.refused(&tour.estate.finance, &[(&path, terms(json!({"kind": "free"})), 409, "discount_must_not_overlap")])
        .await;
}

async fn billed(tour: &Tour, unit: &str, item: &str) {
    let (finance, path) = (&tour.estate.finance, format!("/units/{unit}/discounts"));
    let month = |month: &str| json!({"from": month, "to": month, "fee_items": [item]});
    let bill = format!("/units/{unit}/bill");
    tour.done(finance, &bill, month("2026-02")).await;
    let wish = hardship(item, "2026-02-01", "2026-05-01");
    tour.refused(finance, &[(&path, wish.clone(), 409, "charged_days_must_be_decided")]).await;
    let wish = with(wish, "charged", json!("reduced"));
    let approved = tour.approved("grant_discount", json!({"unit": unit}), wish).await;
    let done = tour.done(finance, &path, approved).await;
    assert_eq!(fact(&done, "charge_reduced")["amount"], "75.18");
    let discount = fact(&done, "discount_granted")["discount"].as_str().unwrap().to_owned();
    let posted = tour.done(finance, &bill, month("2026-03")).await;
    let charge = fact(&posted, "charge_posted");
    assert_eq!((&charge["gross"], &charge["amount"]), (&json!("250.60"), &json!("175.42")));
    assert_eq!(charge["discounts"][0]["discount"], json!(discount));

    let end = format!("{path}/{discount}/end");
    let on = |on: &str| json!({"on": on, "reason": "收入恢复"});
    tour.refused(
        finance,
        &[
            (&end, on("2026-03-15"), 409, "discounted_days_must_not_be_charged"),
            (&end, on("2026-05-01"), 409, "discount_must_hold_then"),
        ],
    )
    .await;
    let ended = tour.done(finance, &end, on("2026-04-01")).await;
    let auditor =
        tour.estate.auditor.with("ledger-position", format!("{}@{}", tour.estate.community, ended["position"]));
    listed(tour, &auditor, &path, &discount).await;
    let charge = charge["charge"].as_str().unwrap();
    let path = tour.at(&format!("/charges/{charge}/explanation"));
    let text = auditor.get(&path).await.good()["text"].as_str().unwrap().to_owned();
    assert!(text.contains("原价 250.60 元，困难优惠 30%，减 75.18 元，应收 175.42 元。"), "{text}");
}

async fn listed(tour: &Tour, auditor: &Client, path: &str, discount: &str) {
    let of_unit = auditor.get(&tour.at(path)).await.good();
    let (newest, first) = (&of_unit["items"][0], &of_unit["items"][1]);
    assert_eq!((&newest["discount"], &newest["days_until"]), (&json!(discount), &json!("2026-04-01")));
    assert_eq!((&newest["ended"], &first["per_month"]), (&json!(true), &json!("5.00")));
    let all = auditor.get(&tour.at("/discounts?kind=hardship")).await.good();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
}

/// An offer to every unit of a building; nobody is granted it by hand.
async fn campaign(tour: &Tour) {
    let finance = &tour.estate.finance;
    let (unit, _) = tour.estate.unit("8-103").await;
    let item = tour.estate.fee_item().await;
    let path = format!("/fee-items/{item}/campaigns");
    let wish = json!({
        "name": "免一个月", "scope": {"kind": "building", "building": "3栋"}, "kinds": ["residence"],
        "terms": {"kind": "free"}, "days": {"from": "2026-05-01", "until": "2026-06-01"},
    });
    let by_hand = with(hardship(&item, "2026-05-01", "2026-06-01"), "kind", json!("campaign"));
    let discounts = format!("/units/{unit}/discounts");
    tour.refused(finance, &[(&discounts, by_hand, 422, "campaign_must_be_of_fee_item")]).await;
    let done = tour.done(finance, &path, wish.clone()).await;
    let id = fact(&done, "campaign_granted")["campaign"].as_str().unwrap().to_owned();
    tour.refused(finance, &[(&path, wish, 409, "discount_must_not_overlap")]).await;
    let end = json!({"on": "2026-05-16", "reason": "提前结束"});
    let done = tour.done(finance, &format!("{path}/{id}/end"), end).await;
    let auditor =
        tour.estate.auditor.with("ledger-position", format!("{}@{}", tour.estate.community, done["position"]));
    let list = auditor.get(&tour.at("/campaigns")).await.good();
    assert_eq!(
        (&list["items"][0]["days_until"], &list["items"][0]["scope"]),
        (&json!("2026-05-16"), &json!("3栋（住宅）"))
    );
}

async fn vacancy(tour: &Tour) {
    let (finance, desk) = (&tour.estate.finance, &tour.estate.desk);
    let (unit, _) = tour.estate.unit("8-102").await;
    let item = tour.estate.fee_item().await;
    let water = tour.fee_item("公摊水费", "pass_through").await;
    let policies = format!("/fee-items/{item}/vacancy-policies");
    let (path, policy) = (format!("/units/{unit}/vacancies"), json!({"from": "2026-01-01", "off": "0.3"}));
    let wish = json!({"fee_item": item, "days": {"from": "2026-04-01", "until": "2026-10-01"}, "reason": "无人居住"});
    let first = applied(&tour.done(desk, &path, wish.clone()).await);
    let at = |vacancy: &str, verb: &str| format!("{path}/{vacancy}/{verb}");
    let look = json!({"on": "2026-03-01", "found": "vacant", "photos": ["ab".repeat(32)]});
    let why = json!({"reason": "水表有用量"});
    tour.refused(
        finance,
        &[
            (&policies, with(policy.clone(), "off", json!("1")), 422, "vacancy_policy_must_be_in_range"),
            (&format!("/fee-items/{water}/vacancy-policies"), policy.clone(), 409, "vacancy_policy_must_be_operating"),
            (&at(&first, "approve"), json!({}), 409, "vacancy_must_be_found"),
            (&at(UNKNOWN, "decline"), why.clone(), 404, "vacancy_must_exist"),
            (
                &format!("/units/{unit}/discounts"),
                with(hardship(&item, "2026-04-01", "2026-05-01"), "kind", json!("vacancy")),
                422,
                "vacancy_must_be_applied_for",
            ),
        ],
    )
    .await;
    tour.refused(
        desk,
        &[
            (&path, with(wish.clone(), "fee_item", json!(water)), 409, "vacancy_must_be_operating"),
            (&path, wish.clone(), 409, "vacancy_must_be_applied_once"),
            (&at(&first, "inspect"), look.clone(), 403, "vacancy_must_be_inspected_by_another"),
        ],
    )
    .await;
    let looked = &tour.estate.second_finance;
    tour.done(looked, &at(&first, "inspect"), look.clone()).await;
    tour.refused(finance, &[(&at(&first, "approve"), json!({}), 409, "vacancy_policy_must_exist")]).await;
    tour.done(finance, &policies, policy).await;
    let ids = |vacancy: &str| json!({"unit": unit, "vacancy": vacancy});
    let own = tour.approved("approve_vacancy", ids(&first), json!({})).await;
    tour.refused(finance, &[(&at(&first, "approve"), own, 403, "vacancy_must_be_approved_by_another")]).await;
    tour.done(finance, &at(&first, "decline"), why.clone()).await;
    tour.refused(finance, &[(&at(&first, "decline"), why, 409, "vacancy_must_be_undecided")]).await;

    let second = applied(&tour.done(desk, &path, wish).await);
    let fixer = &tour.estate.maintenance;
    let early = with(look.clone(), "on", json!("2026-03-03"));
    tour.refused(fixer, &[(&at(&second, "inspect"), early, 422, "inspection_must_be_in_range")]).await;
    tour.done(fixer, &at(&second, "inspect"), look).await;
    let approved = tour.approved("approve_vacancy", ids(&second), json!({})).await;
    let done = tour.done(finance, &at(&second, "approve"), approved).await;
    assert_eq!(fact(&done, "discount_granted")["terms"]["off"], "0.3");
    let auditor =
        tour.estate.auditor.with("ledger-position", format!("{}@{}", tour.estate.community, done["position"]));
    let list = auditor.get(&tour.at("/vacancies?stage=approved")).await.good();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["photos"]), (1, &json!(1)));
    let policies = auditor.get(&tour.at("/vacancy-policies")).await.good();
    assert_eq!(policies["items"][0]["off"], "0.3");
}

fn applied(answer: &Value) -> String {
    fact(answer, "vacancy_applied")["vacancy"].as_str().unwrap().to_owned()
}
