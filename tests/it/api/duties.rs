//! Who may decide what: limits of roles, approvals by another, units of one's own, one shift at a cash box.

use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::server::{began, today};
use serde_json::{Value, json};

/// Asks for an approval; answers its id and what granting it takes.
async fn asked(estate: &Estate, operation: &str, path: Value, body: &Value) -> (String, Value) {
    let request = json!({"operation": operation, "path": path, "body": body, "reason": "见工单"});
    let asked = estate.finance.post(&estate.at("/approvals"), request).await.good();
    (began(&asked, "approval"), json!({"digest": fact(&asked, "approval_requested")["digest"]}))
}

/// The staff id behind a client.
async fn me(client: &Client) -> String {
    client.get("/api/v1/me").await.good()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_role_decides_alone_within_its_limit_and_approves_within_another() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "6000.00").await;
    let waive = estate.at(&format!("/accounts/{account}/waive"));
    let waiver = |amount: &str| json!({"charges": [{"charge": charge, "amount": amount}], "reason": "电梯停运"});
    let small = waiver("20.00");
    let waived = estate.finance.post(&waive, small).await.good();
    let told = fact(&waived, "charge_waived");
    assert_eq!(told["approved"]["approved_by_limit"], "20.00");
    assert_eq!(told["approved"]["approved_by"], Value::Null);
    assert_eq!(told["seen"][0]["ledger_id"], estate.company.as_str());
    assert!(told["seen"][0]["position"].as_str().unwrap().parse::<u64>().is_ok());
    let more = waiver("20.01");
    assert_eq!(estate.finance.post(&waive, more).await.refused(403), "approval_must_be_given");

    let large = waiver("5000.01");
    let path = json!({"account": account});
    let (approval, grant) = asked(&estate, "waive_charges", path, &large).await;
    let answer = estate.at(&format!("/approvals/{approval}/grant"));
    let denied = estate.second_finance.post(&answer, grant.clone()).await;
    assert_eq!(denied.refused(403), "amount_must_not_exceed_approver_limit");
    let limit = json!({"role": "finance", "from": today(), "alone": "20.00", "approves": "9000.00"});
    let set = estate.server.admin.post(&estate.of_company("/role-limits"), limit).await.good();
    let limits = estate.finance.get(&estate.of_company("/role-limits")).await.good();
    assert_eq!(limits["items"][0]["approves"], "9000.00");
    let granted = estate.second_finance.post(&answer, grant).await.good();
    let told = fact(&granted, "approval_granted");
    assert_eq!(
        (&told["limit"], &told["seen"][0]["position"]),
        (&json!("9000.00"), &json!(set["position"].to_string()))
    );
    estate.server.stop().await;
}

#[tokio::test]
async fn nobody_approves_for_a_unit_of_his_own() {
    let estate = Estate::build().await;
    let person = estate.person("张三").await;
    let (_, own) = estate.unit_of("3-1-1202", &person).await;
    let (_, other) = estate.unit("3-1-1203").await;
    let item = estate.fee_item().await;
    let staff = me(&estate.second_finance).await;
    let link = estate.of_company(&format!("/staff/{staff}/link"));
    let nobody = json!({"person": "0190b0e0-0000-7000-8000-000000000001"});
    assert_eq!(estate.server.admin.post(&link, nobody).await.refused(404), "person_must_exist");
    estate.server.admin.post(&link, json!({"person": person})).await.good();
    for (account, status) in [(own, 403), (other, 200)] {
        let charge = estate.charge(&account, &item, "100.00").await;
        let waiver = |amount: &str| json!({"charges": [{"charge": charge, "amount": amount}], "reason": "电梯停运"});
        let body = waiver("50.00");
        let path = json!({"account": account});
        let (approval, grant) = asked(&estate, "waive_charges", path, &body).await;
        let reply = estate.second_finance.post(&estate.at(&format!("/approvals/{approval}/grant")), grant).await;
        assert_eq!(reply.status, status, "{}", reply.text);
        if status == 403 {
            assert_eq!(reply.refused(403), "unit_must_not_be_own");
        }
        // Not even alone, within the limit.
        let waive = estate.at(&format!("/accounts/{account}/waive"));
        let reply = estate.second_finance.post(&waive, waiver("1.00")).await;
        assert_eq!(reply.status, status, "{}", reply.text);
    }
    estate.server.stop().await;
}

#[tokio::test]
async fn a_tariff_of_a_live_community_needs_an_approval() {
    let estate = Estate::build().await;
    let item = estate.fee_item().await;
    estate.finance.post(&estate.at("/go-live"), json!({"go_live_on": "2026-01-01"})).await.good();
    let tariff = json!({
        "from": "2099-01-01", "price": {"kind": "fixed", "amount": "80", "per": "month"},
        "cycle_months": 1, "basis": "calendar", "timing": "advance", "due": {"kind": "days_after", "days": 30},
    });
    let path = estate.at(&format!("/fee-items/{item}/tariffs"));
    assert_eq!(estate.finance.post(&path, tariff.clone()).await.refused(403), "approval_must_be_given");
    let (approval, grant) = asked(&estate, "set_tariff", json!({"fee_item": item}), &tariff).await;
    estate.second_finance.post(&estate.at(&format!("/approvals/{approval}/grant")), grant).await.good();
    let mut dearer = tariff.clone();
    dearer["approval"] = json!(approval);
    dearer["price"]["amount"] = json!("81");
    assert_eq!(estate.finance.post(&path, dearer).await.refused(409), "approval_must_match");
    let mut tariff = tariff;
    tariff["approval"] = json!(approval);
    let set = estate.finance.post(&path, tariff).await.good();
    assert_eq!(fact(&set, "tariff_set")["approved"]["approval"], approval.as_str());
    estate.server.stop().await;
}

#[tokio::test]
async fn one_shift_is_open_at_a_cash_box_however_many_open_it_at_once() {
    let estate = Estate::build().await;
    let till = estate.channel_account("cash").await;
    let open = |client: &Client| {
        let (client, path) = (client.clone(), estate.at("/shifts"));
        let body = json!({"channel_account": till, "float": "200.00"});
        async move { client.post(&path, body).await }
    };
    let (cashier, finance) = tokio::join!(open(&estate.cashier), open(&estate.finance));
    let mut statuses = [cashier.status.as_u16(), finance.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", cashier.text, finance.text);
    let (opened, refused) = if cashier.status.is_success() { (cashier, finance) } else { (finance, cashier) };
    assert_eq!(refused.refused(409), "cash_box_must_have_no_open_shift");
    let shift = began(&opened.good(), "shift");
    let close = estate.at(&format!("/shifts/{shift}/close"));
    let counted = json!({"counted": "200.00"});
    let closed = estate.cashier.post(&close, counted).await;
    assert!(closed.status.is_success(), "{}", closed.text);
    assert_eq!(open(&estate.cashier).await.status, 201);
    estate.server.stop().await;
}
