//! Charges and what becomes of them, approvals, bills.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) async fn walk(tour: &Tour) {
    let (_, account) = tour.estate.unit("2-101").await;
    let item = tour.estate.fee_item().await;
    posted(tour, &account, &item).await;
    lowered(tour, &account, &item).await;
    given_up(tour, &account, &item).await;
    approvals(tour, &account, &item).await;
    bills(tour).await;
}

async fn posted(tour: &Tour, account: &str, item: &str) {
    let finance = &tour.estate.finance;
    let (_, nobody_s) = tour.ownerless("2-102").await;
    let other = tour.fee_item("装修管理费", "operating").await;
    let charge = tour.estate.charge(account, item, "100.00").await;
    let path = |account: &str| format!("/accounts/{account}/charges");
    let body = json!({
        "fee_item": item, "amount": "88.00", "due_on": "2026-04-30",
        "service": {"from": "2026-03-01", "until": "2026-04-01"},
    });
    let of =
        |charge: &str, item: &str| with(with(body.clone(), "correction_of", json!(charge)), "fee_item", json!(item));
    tour.refused(
        finance,
        &[
            (&path(UNKNOWN), body.clone(), 404, "account_must_exist"),
            (&path(&nobody_s), body.clone(), 409, "obligor_must_be_known"),
            (&path(account), with(body.clone(), "fee_item", json!(UNKNOWN)), 404, "fee_item_must_exist"),
            (&path(account), with(body.clone(), "due_on", json!("2026-03-11")), 422, "due_date_must_give_notice"),
            (&path(account), of(UNKNOWN, item), 404, "charge_must_exist"),
            (&path(account), of(&charge, &other), 422, "correction_must_fit_charge"),
            (&format!("/accounts/{account}/draw-down"), json!({}), 409, "credit_must_pay_a_charge"),
        ],
    )
    .await;
    tour.done(finance, &path(account), of(&charge, item)).await;
}

/// Waived, reduced, reversed: each with the approval of another.
async fn lowered(tour: &Tour, account: &str, item: &str) {
    let finance = &tour.estate.finance;
    let charge = tour.estate.charge(account, item, "200.00").await;
    let path = |verb: &str| format!("/accounts/{account}/charges/{charge}/{verb}");
    let lower = |amount: &str| json!({"amount": amount, "reason": "电梯停运"});
    let (other, waive) = (tour.estate.charge(account, item, "10.01").await, format!("/accounts/{account}/waive"));
    let of = |charges: Value| json!({"charges": charges, "reason": "电梯停运"});
    let both = of(json!([{"charge": charge, "amount": "10.00"}, {"charge": other}]));
    tour.refused(
        finance,
        &[
            (&waive, of(json!([{"charge": charge, "amount": "200.01"}])), 409, "amount_must_not_exceed_open"),
            (&waive, of(json!([{"charge": charge}, {"charge": charge}])), 422, "waived_charges_must_be_bounded"),
            (&path("reduce"), lower("200.01"), 409, "amount_must_not_exceed_owed"),
            // The limit is for the sum.
            (&waive, both.clone(), 403, "approval_must_be_given"),
        ],
    )
    .await;
    let reason = json!({"reason": "重复出账"});
    let unknown = of(json!([{"charge": charge}, {"charge": UNKNOWN}]));
    let problem = finance.post(&tour.at(&waive), unknown).await.json();
    assert_eq!(
        (&problem["code"], &problem["errors"][0]["pointer"]),
        (&json!("charge_must_exist"), &json!("/charges/1"))
    );
    let body = tour.approved("waive_charges", json!({"account": account}), both).await;
    let done = tour.done(finance, &waive, body).await;
    assert_eq!(
        done["result"]["facts"].as_array().unwrap().iter().filter(|f| f["event_type"] == "charge_waived").count(),
        2
    );
    for (operation, verb, body) in [("reduce_charge", "reduce", lower("20.00")), ("reverse_charge", "reverse", reason)]
    {
        let body = tour.approved(operation, json!({"account": account, "charge": charge}), body).await;
        tour.done(finance, &path(verb), body).await;
    }
    tour.refused(finance, &[(&waive, of(json!([{"charge": charge}])), 409, "charge_must_be_live")]).await;
}

/// Written off, each time with the approval of another; only operating charges.
async fn given_up(tour: &Tour, account: &str, item: &str) {
    let finance = &tour.estate.finance;
    let charge = tour.estate.charge(account, item, "300.00").await;
    let water = tour.fee_item("水费", "pass_through").await;
    let of_water = tour.estate.charge(account, &water, "8.00").await;
    let path = |charge: &str| format!("/accounts/{account}/charges/{charge}/write-off");
    let give_up = |amount: &str| json!({"amount": amount, "reason": "多年无法联系"});
    tour.refused(
        finance,
        &[
            (&path(&charge), give_up("300.01"), 409, "amount_must_not_exceed_open"),
            (&path(&of_water), give_up("1.00"), 409, "charge_must_be_operating"),
            (&path(&charge), give_up("20.01"), 403, "approval_must_be_given"),
        ],
    )
    .await;
    let ids = json!({"account": account, "charge": charge});
    let body = tour.approved("write_off_charge", ids, give_up("120.00")).await;
    tour.done(finance, &path(&charge), body).await;
    let provided = json!({"provided": "500.00", "reason": "账龄分析"});
    let body = tour.approved("set_allowance", json!({}), provided.clone()).await;
    tour.done(finance, "/allowance", body).await;
    tour.refused(finance, &[("/allowance", provided, 409, "allowance_must_change")]).await;
}

async fn approvals(tour: &Tour, account: &str, item: &str) {
    let (finance, second) = (&tour.estate.finance, &tour.estate.second_finance);
    let charge = tour.estate.charge(account, item, "50.00").await;
    let waive = format!("/accounts/{account}/waive");
    let waiver = |amount: &str| json!({"charges": [{"charge": charge, "amount": amount}], "reason": "电梯停运"});
    let lower = |amount: &str, approval: &str| with(waiver(amount), "approval", json!(approval));
    let ids = json!({"account": account});
    let body = waiver("5.00");
    let (pending, digest) = tour.asked("waive_charges", ids.clone(), body.clone()).await;
    let (declined, _) = tour.asked("waive_charges", ids.clone(), body.clone()).await;
    let granted = tour.approved("waive_charges", ids, body).await;
    let granted = granted["approval"].as_str().unwrap();
    let path = |approval: &str, verb: &str| format!("/approvals/{approval}/{verb}");
    let (grant, reason) = (json!({"digest": digest}), json!({"reason": "资料不全"}));
    tour.refused(
        finance,
        &[
            (&waive, lower("5.00", UNKNOWN), 404, "approval_must_exist"),
            (&waive, lower("5.00", &pending), 409, "approval_must_be_granted"),
            (&waive, lower("6.00", granted), 409, "approval_must_match"),
            (&path(&pending, "grant"), grant.clone(), 403, "approval_must_be_by_another"),
        ],
    )
    .await;
    tour.done(second, &path(&declined, "decline"), reason).await;
    tour.refused(
        second,
        &[
            (&path(&declined, "grant"), grant, 409, "approval_must_be_pending"),
            (&path(&pending, "withdraw"), json!({}), 403, "approval_must_be_by_asker"),
        ],
    )
    .await;
    tour.done(finance, &path(&pending, "withdraw"), json!({})).await;
    limits(tour, account, item).await;
}

/// Whose role decides about how much, and about whose unit nobody decides himself.
async fn limits(tour: &Tour, other: &str, item: &str) {
    let (estate, second) = (&tour.estate, &tour.estate.second_finance);
    let person = estate.person("褚四").await;
    let (_, account) = estate.unit_of("2-104", &person).await;
    let charge = estate.charge(&account, item, "100.00").await;
    let of_other = estate.charge(other, item, "6000.00").await;
    let staff = second.get("/api/v1/me").await.good()["id"].as_str().unwrap().to_owned();
    let link = estate.of_company(&format!("/staff/{staff}/link"));
    estate.admin.post(&link, json!({"person": person})).await.good();
    let waiver =
        |charge: &str, amount: &str| json!({"charges": [{"charge": charge, "amount": amount}], "reason": "零头"});
    let (own, large) = (waiver(&charge, "1.00"), waiver(&of_other, "5000.01"));
    let (asked, digest) = tour.asked("waive_charges", json!({"account": other}), large).await;
    let grant = format!("/approvals/{asked}/grant");
    let digest = json!({"digest": digest});
    tour.refused(
        second,
        &[
            (&format!("/accounts/{account}/waive"), own, 403, "unit_must_not_be_own"),
            (&grant, digest.clone(), 403, "amount_must_not_exceed_approver_limit"),
        ],
    )
    .await;
    let limit = |role: &str, from: &str| json!({"role": role, "from": from, "alone": "0.00"});
    let all = estate.of_company("/role-limits");
    estate.admin.post(&all, limit("finance", "2026-04-01")).await.good();
    tour.refused(
        &estate.admin,
        &[
            (&link, json!({"person": person}), 409, "link_must_be_new"),
            (&all, limit("cashier", "2026-04-01"), 422, "role_must_decide_about_money"),
            (&all, limit("finance", "2026-03-31"), 409, "limit_must_not_be_earlier"),
        ],
    )
    .await;
    let later = second.with("mingzhang-given-time", "2026-04-01T02:00:00Z");
    tour.refused(&later, &[(&grant, digest, 403, "approver_must_have_limit")]).await;
}

async fn bills(tour: &Tour) {
    let estate = &tour.estate;
    let (unit, _) = estate.unit("2-103").await;
    let item = estate.fee_item().await;
    estate.attach(&estate.desk, &unit, &item).await;
    let run = |items: Value| json!({"month": "2026-03", "fee_items": items});
    let bill = format!("/units/{unit}/bill");
    tour.refused(
        &estate.finance,
        &[
            ("/bill-runs", run(json!([item, item])), 422, "fee_items_must_be_few"),
            ("/bill-runs", run(json!([UNKNOWN])), 404, "fee_item_must_exist"),
            (
                "/bill-runs",
                with(run(json!([item])), "publish_on", json!("2026-05-02")),
                422,
                "publication_must_be_near",
            ),
            (&bill, json!({"from": "2026-04", "to": "2026-03"}), 422, "months_must_be_in_order"),
        ],
    )
    .await;
    let query = format!("month=2026-03&fee_items={item}");
    let preview = estate.auditor.get(&estate.at(&format!("/bill-runs/preview?{query}"))).await.good();
    let units = estate.auditor.get(&estate.at(&format!("/bill-runs/preview/units?{query}"))).await.good();
    assert_eq!(units["items"].as_array().map(Vec::len).map(|units| json!(units)), Some(preview["units"].clone()));
    let started = tour.done(&estate.finance, "/bill-runs", run(json!([item]))).await;
    assert!(fact(&started, "bill_run_started")["units"].is_string());
    let path = estate.at(&format!("/bill-runs/{}", began(&started, "bill_run")));
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, started["position"]));
    while auditor.get(&path).await.good()["completed_at"].is_null() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    auditor.get(&format!("{path}/skipped")).await.good();
    whole_runs(tour, &item, &path).await;
    tour.refused(&estate.finance, &[(&bill, json!({"from": "2026-03"}), 409, "nothing_to_bill")]).await;
    let billed = tour.done(&estate.finance, &bill, json!({"from": "2026-04"})).await;
    let charge = fact(&billed, "charge_posted")["charge"].as_str().unwrap().to_owned();
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, billed["position"]));
    auditor.get(&estate.at(&format!("/charges/{charge}/explanation"))).await.good();
}

/// A run that is reversed, one that is drafted and posted, one that is discarded.
async fn whole_runs(tour: &Tour, item: &str, posted: &str) {
    let finance = &tour.estate.finance;
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let at = |path: &str, verb: &str| format!("{path}/{verb}");
    let why = || json!({"reason": "单价录入有误"});
    let unknown = tour.at(&format!("/bill-runs/{UNKNOWN}"));
    tour.refused(
        finance,
        &[
            (&at(&unknown, "reverse"), why(), 404, "bill_run_must_exist"),
            (&at(posted, "discard"), why(), 409, "bill_run_must_be_unposted"),
            (&at(posted, "post"), json!({"digest": "1".repeat(64)}), 409, "bill_run_must_be_drafted"),
        ],
    )
    .await;
    let reverse = tour.approved("reverse_bill_run", json!({"bill_run": id(posted)}), why()).await;
    let reversing = tour.done(finance, &at(posted, "reverse"), reverse).await;
    stands(tour, posted, &reversing, "reversed").await;
    tour.refused(finance, &[(&at(posted, "reverse"), why(), 409, "bill_run_must_stand")]).await;

    let rules = |need: bool| json!({"allocation_policy": "principal_first", "notice_days": 10, "bill_runs_need_approval": need});
    let march = || json!({"month": "2026-03", "fee_items": [item]});
    tour.done(finance, "/rules", rules(true)).await;
    tour.refused(finance, &[("/bill-runs", march(), 409, "bill_runs_must_be_approved")]).await;
    tour.done(finance, "/rules", rules(false)).await;
    let mut drafts = Vec::new();
    for _ in 0..2 {
        let begun = tour.done(finance, "/bill-runs/draft", march()).await;
        let path = tour.at(&format!("/bill-runs/{}", began(&begun, "bill_run")));
        drafts.push((stands(tour, &path, &begun, "drafted").await["digest"].clone(), path));
    }
    let (digest, draft) = &drafts[0];
    tour.estate.auditor.get(&at(draft, "units")).await.good();
    let blind = json!({"digest": "1".repeat(64)});
    tour.refused(finance, &[(&at(draft, "post"), blind, 409, "bill_run_must_be_as_seen")]).await;
    let posting = tour.done(finance, &at(draft, "post"), json!({"digest": digest})).await;
    stands(tour, draft, &posting, "posted").await;
    tour.done(finance, &at(&drafts[1].1, "discard"), why()).await;
}

/// A run once it stands so.
async fn stands(tour: &Tour, path: &str, since: &Value, status: &str) -> Value {
    let at = format!("{}@{}", tour.estate.community, since["position"]);
    let auditor = tour.estate.auditor.with("ledger-position", at);
    loop {
        let read = auditor.get(path).await.good();
        if read["status"] == status {
            return read;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
