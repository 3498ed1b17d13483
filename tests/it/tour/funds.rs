//! The maintenance fund: asked for by area, paid into an account of its own, seen unit by unit and together.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use mingzhang_domain::money::Money;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) async fn walk(tour: &Tour) {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let (unit, account) = estate.unit("9-101").await;
    let (vacant, _) = tour.ownerless("9-102").await;
    let item = tour.fee_item("住宅专项维修资金", "maintenance_fund").await;
    let fee = estate.fee_item().await;
    let tariff = json!({
        "from": "2020-01-01", "price": {"kind": "per_area", "area": "building", "unit_price": "80"},
        "cycle_months": 1, "basis": "calendar", "timing": "advance", "due": {"kind": "days_after", "days": 30},
    });
    tour.done(finance, &format!("/fee-items/{item}/tariffs"), tariff).await;
    let (demands, rules) = (format!("/fee-items/{item}/fund-demands"), format!("/fee-items/{item}/top-up-rules"));
    let first = json!({"demand": "first_deposit", "units": [unit], "due_on": "2026-05-01"});
    let top_up = with(first.clone(), "demand", json!("top_up"));
    let rule = json!({"from": "2026-01-01", "rule": {"below": "0.3", "to": "1"}});
    let wrong = with(rule.clone(), "rule", json!({"below": "0.5", "to": "0.3"}));
    tour.refused(
        finance,
        &[
            (&demands, with(first.clone(), "units", json!([])), 422, "fund_units_must_be_bounded"),
            (&demands, with(first.clone(), "units", json!([vacant])), 409, "first_deposit_must_be_priced"),
            (&demands, with(first.clone(), "units", json!([UNKNOWN])), 404, "unit_must_exist"),
            (&demands, top_up.clone(), 409, "top_up_rule_must_exist"),
            (&format!("/fee-items/{fee}/fund-demands"), first.clone(), 409, "fee_item_must_be_of_maintenance_fund"),
            (&rules, wrong, 422, "top_up_rule_must_be_in_range"),
        ],
    )
    .await;
    let asked = tour.done(finance, &demands, first.clone()).await;
    let (charge, amount) =
        (fact(&asked, "charge_posted")["charge"].clone(), fact(&asked, "charge_posted")["amount"].clone());
    tour.done(finance, &rules, rule).await;
    tour.refused(
        finance,
        &[(&demands, first, 409, "first_deposit_must_be_new"), (&demands, top_up, 409, "fund_must_be_below")],
    )
    .await;
    let channel = json!({"kind": "bank", "purse": "maintenance_fund", "label": "维修资金专户"});
    let channel = tour.done(&estate.admin, &estate.of_company("/channel-accounts"), channel).await;
    let body = json!({
        "channel_account": began(&channel, "channel_account"), "reference": "M-1", "amount": amount,
        "value_on": "2026-03-01", "spending": {"pays": [{"account": account, "charges": [charge]}]},
    });
    let received = tour.done(&estate.cashier, "/payments", body).await;
    assert_eq!(fact(&received, "receipt_issued")["series"], "maintenance_fund");
    seen(tour, (&item, &account, &charge), &amount, &received["position"]).await;
    spent(tour, (&unit, &account, &item), &began(&channel, "channel_account")).await;
}

/// A spend is opened, looked at, approved by another, posted, paid; another is taken back.
async fn spent(tour: &Tour, (unit, account, item): (&str, &str, &str), channel: &str) {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let (poor, _) = estate.unit("9-103").await;
    let spends = "/fund-spends";
    let vote = json!({
        "owners": 90, "voted": 60, "agreed": 31, "area": "9000", "voted_area": "6000", "agreed_area": "3001"
    });
    let body = json!({
        "purpose": "屋面防水", "supplier": "防水工程公司", "document": "ab".repeat(32), "vote": vote,
        "scope": {"kind": "units", "units": [unit, poor]}, "amount": "4800.00",
    });
    let short = with(vote, "voted", json!(59));
    tour.refused(finance, &[(spends, with(body.clone(), "vote", short), 422, "owners_vote_must_carry")]).await;
    let reason = json!({"reason": "金额录错"});
    let wrong = began(&tour.done(finance, spends, body.clone()).await, "fund_spend");
    tour.done(finance, &format!("{spends}/{wrong}/discard"), reason.clone()).await;
    let spend = began(&tour.done(finance, spends, body).await, "fund_spend");
    let at = |path: &str| format!("{spends}/{spend}/{path}");
    tour.refused(
        finance,
        &[
            (&format!("{spends}/{UNKNOWN}/post"), json!({}), 404, "fund_spend_must_exist"),
            (&format!("{spends}/{wrong}/discard"), reason.clone(), 409, "fund_spend_must_be_open"),
            (&at("reverse"), reason.clone(), 409, "fund_spend_must_stand"),
            (&at("post"), json!({}), 403, "approval_must_be_given"),
        ],
    )
    .await;
    let ids = json!({"fund_spend": spend});
    let post = tour.approved("post_fund_spend", ids.clone(), json!({})).await;
    let posting = tour.done(finance, &at("post"), post).await;
    stands(tour, &spend, &posting, "posted").await;
    let pay = |amount: &str| json!({"channel_account": channel, "reference": "F-1", "amount": amount, "value_on": "2026-03-02"});
    let company = with(pay("1.00"), "channel_account", json!(estate.channel_account("bank").await));
    let fresh = finance.with("ledger-position", format!("{}@{}", estate.community, posting["position"]));
    let allocations = fresh.get(&tour.at(&format!("/accounts/{account}/allocations"))).await.good();
    let undo = allocations["items"][0]["allocation"].as_str().unwrap();
    tour.refused(
        finance,
        &[
            (&at("payments"), company, 422, "fund_spend_must_be_paid_by_fund_bank"),
            (&at("payments"), pay("2400.01"), 409, "fund_spend_payment_must_not_exceed_borne"),
            (&at("bear-shortfall"), json!({"unit": poor}), 409, "shortfall_must_be_bearable"),
            (&format!("/accounts/{account}/allocations/{undo}/undo"), json!({}), 409, "amount_must_not_exceed_fund"),
        ],
    )
    .await;
    let paid = tour.done(finance, &at("payments"), pay("2400.00")).await;
    let payment = fact(&paid, "fund_spend_paid")["payment"].as_str().unwrap().to_owned();
    let back = |payment: &str| at(&format!("payments/{payment}/reverse"));
    tour.refused(
        finance,
        &[
            (&back(UNKNOWN), reason.clone(), 404, "fund_spend_payment_must_stand"),
            (&at("reverse"), reason.clone(), 409, "fund_spend_must_be_unpaid"),
        ],
    )
    .await;
    let demands = format!("/fee-items/{item}/fund-demands");
    let asks = |demand: &str, unit: &str| json!({"demand": demand, "units": [unit], "due_on": "2026-05-01"});
    let sooner = json!({"from": "2026-02-01", "rule": {"below": "1", "to": "1"}});
    tour.done(finance, &format!("/fee-items/{item}/top-up-rules"), sooner).await;
    tour.done(finance, &demands, asks("top_up", unit)).await;
    let asked = tour.done(finance, &demands, asks("first_deposit", &poor)).await;
    let (charge, of) = (&fact(&asked, "charge_posted")["charge"], &fact(&asked, "charge_posted")["booking"]["account"]);
    let body = json!({
        "channel_account": channel, "reference": "M-2", "amount": "7160.00", "value_on": "2026-03-01",
        "spending": {"pays": [{"account": of, "charges": [charge]}]},
    });
    tour.done(&estate.cashier, "/payments", body).await;
    tour.done(finance, &at("bear-shortfall"), json!({"unit": poor})).await;
    let ids = json!({"fund_spend": spend, "supplier_payment": payment});
    let body = tour.approved("reverse_fund_spend_payment", ids, reason.clone()).await;
    tour.done(finance, &back(&payment), body).await;
    let auditor = &estate.auditor;
    let published = auditor.get(&tour.at(&at("publication"))).await.good();
    assert_eq!((&published["equal"], &published["shares"][0]["amount"]), (&json!(true), &json!("2400.00")));
    let body = tour.approved("reverse_fund_spend", json!({"fund_spend": spend}), reason).await;
    let reversing = tour.done(finance, &at("reverse"), body).await;
    stands(tour, &spend, &reversing, "reversed").await;
    auditor.get(&tour.at(spends)).await.good();
}

/// Waits until a spend stands so, from a command's answer on.
async fn stands(tour: &Tour, spend: &str, since: &Value, status: &str) {
    let (path, at) =
        (tour.at(&format!("/fund-spends/{spend}")), format!("{}@{}", tour.estate.community, since["position"]));
    let auditor = tour.estate.auditor.with("ledger-position", at);
    for _ in 0..400 {
        if auditor.get(&path).await.good()["status"] == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(auditor.get(&path).await.good()["status"], status);
}

async fn seen(tour: &Tour, (item, account, charge): (&str, &str, &Value), amount: &Value, position: &Value) {
    let finance = tour.estate.finance.with("ledger-position", format!("{}@{position}", tour.estate.community));
    let read = async |path: &str| -> Value { finance.get(&tour.at(path)).await.good() };
    let funds = read("/unit-funds").await;
    let own = funds["items"].as_array().unwrap().iter().find(|row| row["account"] == account).unwrap().clone();
    assert_eq!((&own["first_deposit"], &own["balance"]), (amount, amount));
    let lines = read(&format!("/accounts/{account}/fund-lines")).await;
    assert_eq!((&lines["items"][0]["event_type"], &lines["items"][0]["charge"]), (&json!("charge_paid"), charge));
    assert_eq!(read(&format!("/fee-items/{item}/units-below?on=2026-03-02")).await["items"], json!([]));
    assert_eq!(read("/top-up-rules").await["items"][0]["below"], "0.3");
    let balances: Money = funds["items"].as_array().unwrap().iter().map(|row| amount_of(&row["balance"])).sum();
    assert_eq!(amount_of(&read("/fund-total").await["balance"]), balances);
    let explained = read(&format!("/charges/{}/explanation", charge.as_str().unwrap())).await;
    assert_eq!((&explained["kind"], &explained["recomputed"]["equal"]), (&json!("first_deposit"), &json!(true)));
}

fn amount_of(amount: &Value) -> Money {
    amount.as_str().unwrap().parse().unwrap()
}
