//! Money through the API: a charge, payments of every kind, approvals, and what is refused.

use crate::estate::{Estate, fact};
use crate::server::began;
use serde_json::json;

#[tokio::test]
async fn a_cashier_takes_cash_for_a_charge_and_a_receipt_is_issued() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "250.60").await;
    let till = estate.channel_account("cash").await;
    let open = json!({"channel_account": till, "float": "200.00"});
    let shift = began(&estate.cashier.post(&estate.at("/shifts"), open).await.good(), "shift");
    let pay = json!({
        "channel_account": till, "shift": shift, "amount": "300.00", "value_on": "2026-01-10", "payer": "张三",
        "spending": {"pays": [{"account": account, "charges": [charge]}], "rest_to": account},
    });
    let paid = estate.cashier.post(&estate.at("/payments"), pay).await.good();
    assert_eq!(fact(&paid, "charge_paid")["amount"], "250.60");
    assert!(fact(&paid, "receipt_issued")["number"].as_str().unwrap().ends_with("000001"));
    assert!(!paid.to_string().contains("张三"), "a name left the vault");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_waiver_is_asked_for_by_one_and_granted_by_another() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "100.00").await;
    let waive = estate.at(&format!("/accounts/{account}/waive"));
    let body = json!({"charges": [{"charge": charge, "amount": "40.00"}], "reason": "电梯停运"});
    assert_eq!(estate.finance.post(&waive, body.clone()).await.refused(403), "approval_must_be_given");
    let request = json!({
        "operation": "waive_charges", "path": {"account": account}, "body": body, "reason": "电梯停运",
    });
    let asked = estate.finance.post(&estate.at("/approvals"), request).await.good();
    let approval = began(&asked, "approval");
    let grant = json!({"digest": fact(&asked, "approval_requested")["digest"]});
    let path = estate.at(&format!("/approvals/{approval}/grant"));
    let own = estate.finance.post(&path, grant.clone()).await;
    assert_eq!(own.status, 403, "{}", own.text);
    estate.second_finance.post(&path, grant).await.good();
    let mut body = body;
    body["approval"] = json!(approval);
    let waived = estate.finance.post(&waive, body).await.good();
    assert_eq!(fact(&waived, "charge_waived")["amount"], "40.00");
    estate.server.stop().await;
}

#[tokio::test]
async fn amounts_and_dates_that_cannot_be() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let bank = estate.channel_account("bank").await;
    let good = json!({
        "channel_account": bank, "reference": "B1", "amount": "1.00", "value_on": "2026-01-10",
        "spending": {"pays": [], "rest_to": account},
    });
    for (field, value, code) in [
        ("amount", json!("-1.00"), "amount_must_be_positive"),
        ("amount", json!("0.00"), "amount_must_be_positive"),
        ("amount", json!("1.234"), "amount_must_have_two_decimals"),
        ("amount", json!(1), "amount_must_be_text"),
        ("amount", json!(1.5), "amount_must_be_text"),
        ("value_on", json!("1989-12-31"), "date_must_be_in_range"),
        ("value_on", json!("2101-01-01"), "date_must_be_in_range"),
        ("value_on", json!("2026-02-30"), "date_malformed"),
        ("channel_account", json!("0190b0e0-0000-7000-8000-000000000001"), "channel_account_must_be_open"),
        ("colour", json!("red"), "field_unknown"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let reply = estate.cashier.post(&estate.at("/payments"), body).await;
        assert_eq!(reply.blamed(422), (format!("/{field}"), code.to_owned()));
    }
    estate.cashier.post(&estate.at("/payments"), good).await.good();
    estate.server.stop().await;
}

#[tokio::test]
async fn another_community_s_account_is_not_there() {
    let estate = Estate::build().await;
    let (unit, account) = estate.unit("3-1-1202").await;
    let path = estate.of_company("/communities");
    let other = estate.server.admin.post(&path, json!({"code": "DH", "name": "东湖"})).await.good();
    let other = began(&other, "community");
    let charges = format!("/api/v1/communities/{other}/accounts/{account}/draw-down");
    assert_eq!(estate.finance.post(&charges, json!({})).await.refused(404), "account_must_exist");
    let code = format!("/api/v1/communities/{other}/units/{unit}/change-code");
    assert_eq!(estate.finance.post(&code, json!({"code": "X"})).await.refused(404), "unit_must_exist");
    // A role granted in one community is none in another.
    let unit = json!({"code": "1", "kind": "shop"});
    let denied = estate.desk.post(&format!("/api/v1/communities/{other}/units"), unit).await;
    assert_eq!(denied.refused(403), "role_not_allowed");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_batch_gives_each_command_its_own_outcome() {
    let estate = Estate::build().await;
    let item = |key: &str, code: &str| json!({"operation": "register_unit", "idempotency_key": key, "body": {"code": code, "kind": "shop"}});
    let bad = json!({"operation": "register_unit", "idempotency_key": "b3", "body": {"code": "S3"}});
    let batch = json!({"items": [item("b1", "S1"), item("b2", "S2"), bad, item("b4", "S1")]});
    let answer = estate.desk.post(&estate.at("/commands:batch"), batch).await.good();
    let items = answer["items"].as_array().unwrap();
    let statuses: Vec<_> = items.iter().map(|item| item["status"].as_u64().unwrap()).collect();
    assert_eq!(items[2]["problem"]["errors"][0]["pointer"], "/kind");
    // Two of the same code race: one has it, the other is refused.
    let mut same = [statuses[0], statuses[3]];
    same.sort_unstable();
    assert_eq!((same, statuses[1], statuses[2]), ([201, 409], 201, 422));
    estate.server.stop().await;
}
