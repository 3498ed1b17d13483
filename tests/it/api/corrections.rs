//! What is given up: off the books, still owed, and recovered by the money that is named for it.

use crate::estate::{Estate, fact};
use serde_json::{Value, json};

#[tokio::test]
async fn a_debt_is_written_off_by_two_and_recovered_by_money_named_for_it() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "100.00").await;
    let path = estate.at(&format!("/accounts/{account}/charges/{charge}/write-off"));
    let body = json!({"amount": "70.00", "reason": "多年无法联系"});
    assert_eq!(estate.finance.post(&path, body.clone()).await.refused(403), "approval_must_be_given");
    assert_eq!(estate.cashier.post(&path, body.clone()).await.refused(403), "role_not_allowed");
    let (ids, finances) = (json!({"account": account, "charge": charge}), (&estate.finance, &estate.second_finance));
    let written_off = approved(&estate, finances, "write_off_charge", &path, (ids, body)).await;
    assert_eq!(fact(&written_off, "charge_written_off")["amount"], "70.00");
    let state = charge_at(&estate, &charge, &written_off).await;
    assert_eq!(
        (&state["open"], &state["written_off"], &state["status"]),
        (&json!("30.00"), &json!("70.00"), &json!("open"))
    );
    let bank = estate.channel_account("bank").await;
    let pay = |reference: &str, amount: &str, charges: Value| {
        json!({
            "channel_account": bank, "reference": reference, "amount": amount, "value_on": "2026-01-10",
            "spending": {"pays": [{"account": account, "charges": charges}], "rest_to": account},
        })
    };
    let payments = estate.at("/payments");
    let open = estate.cashier.post(&payments, pay("B1", "30.00", json!([]))).await.good();
    let state = charge_at(&estate, &charge, &open).await;
    assert_eq!((&state["open"], &state["status"]), (&json!("0.00"), &json!("written_off")));
    let named = estate.cashier.post(&payments, pay("B2", "50.00", json!([charge]))).await.good();
    assert_eq!(fact(&named, "charge_recovered")["amount"], "50.00");
    let state = charge_at(&estate, &charge, &named).await;
    assert_eq!(
        (&state["open"], &state["written_off"], &state["paid"]),
        (&json!("0.00"), &json!("20.00"), &json!("80.00"))
    );
    let auditor = estate.auditor.with("ledger-position", position(&named));
    let balance = auditor.get(&estate.at("/trial-balance?until=2099-12")).await.good();
    let allowance = balance["items"].as_array().unwrap().iter().find(|row| row["book"] == "allowance").unwrap();
    assert_eq!((&allowance["debit"], &allowance["credit"]), (&json!("70.00"), &json!("50.00")));
    let path = estate.at("/allowance");
    let body = json!({"provided": "120.00", "reason": "账龄分析"});
    assert_eq!(estate.finance.post(&path, body.clone()).await.refused(403), "approval_must_be_given");
    let set = approved(&estate, finances, "set_allowance", &path, (json!({}), body)).await;
    assert_eq!(fact(&set, "allowance_set")["change"], "120.00");
    let small = json!({"provided": "110.00", "reason": "复核"});
    let lowered = estate.finance.post(&path, small).await.good();
    assert_eq!(fact(&lowered, "allowance_set")["change"], "-10.00");
    estate.server.stop().await;
}

/// Asks, has another grant it, and carries it out.
async fn approved(
    estate: &Estate,
    (asker, approver): (&crate::client::Client, &crate::client::Client),
    operation: &str,
    path: &str,
    (ids, mut body): (Value, Value),
) -> Value {
    let ask = json!({"operation": operation, "path": ids, "body": body, "reason": "核对无误"});
    let asked = asker.post(&estate.at("/approvals"), ask).await.good();
    let approval = crate::server::began(&asked, "approval");
    let grant = json!({"digest": fact(&asked, "approval_requested")["digest"]});
    approver.post(&estate.at(&format!("/approvals/{approval}/grant")), grant).await.good();
    body["approval"] = json!(approval);
    asker.post(path, body).await.good()
}

/// The charge as it is read once the answer is reflected.
async fn charge_at(estate: &Estate, charge: &str, answer: &Value) -> Value {
    let reader = estate.auditor.with("ledger-position", position(answer));
    reader.get(&estate.at(&format!("/charges/{charge}"))).await.good()
}

fn position(answer: &Value) -> String {
    format!("{}@{}", answer["ledger_id"].as_str().unwrap(), answer["position"])
}
