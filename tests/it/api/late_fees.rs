//! Late fees over HTTP: computed as of any day and explained, paid in the community's order, waived, and credit again when
//! it turns out that less was owed.

use crate::client::Client;
use crate::estate::{Estate, fact};
use crate::server::Server;
use serde_json::{Value, json};

const POLICY: &str = "/late-fee-policies";

/// One per mille a day; a charge of 1000.00 due on 31 January, and who acts on a later day.
pub(super) async fn late() -> (Estate, String, String) {
    let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
    let item = estate.fee_item().await;
    let policy = json!({"from": "2026-01-01", "daily_rate": "0.001", "vat": {"category": "rated", "rate": "0.06"}});
    estate.finance.post(&estate.at(POLICY), policy).await.good();
    let (_, account) = estate.unit("3-1-1202").await;
    let body = json!({
        "fee_item": item, "amount": "1000.00", "due_on": "2026-01-31",
        "service": {"from": "2026-01-01", "until": "2026-02-01"},
    });
    let posted = estate.finance.post(&estate.at(&format!("/accounts/{account}/charges")), body).await.good();
    let charge = fact(&posted, "charge_posted")["charge"].as_str().unwrap().to_owned();
    (estate, account, charge)
}

pub(super) fn on(client: &Client, day: &str) -> Client {
    client.with("mingzhang-given-time", format!("{day}T02:00:00Z"))
}

async fn explained(estate: &Estate, account: &str, charge: &str, on: &str) -> Value {
    estate.auditor.get(&estate.at(&format!("/accounts/{account}/charges/{charge}/late-fee?on={on}"))).await.good()
}

fn figures(fee: &Value) -> [&str; 4] {
    ["total", "paid", "waived", "open"].map(|name| fee[name].as_str().unwrap())
}

pub(super) fn pay(bank: &str, account: &str, (reference, amount): (&str, &str), value_on: &str) -> Value {
    json!({
        "channel_account": bank, "reference": reference, "amount": amount, "value_on": value_on,
        "spending": {"pays": [{"account": account, "charges": []}], "rest_to": account},
    })
}

#[tokio::test]
async fn a_late_fee_is_explained_day_by_day_paid_waived_and_corrected() {
    let (estate, account, charge) = late().await;
    let bank = estate.channel_account("bank").await;
    assert_eq!(figures(&explained(&estate, &account, &charge, "2026-01-31").await), ["0.00"; 4]);
    assert_eq!(figures(&explained(&estate, &account, &charge, "2026-03-02").await), ["30.00", "0.00", "0.00", "30.00"]);
    let part = on(&estate.cashier, "2026-02-11");
    part.post(&estate.at("/payments"), pay(&bank, &account, ("B-1", "400.00"), "2026-02-11")).await.good();
    let fee = explained(&estate, &account, &charge, "2026-02-20").await;
    assert_eq!(
        fee["spans"],
        json!([
            {"from": "2026-02-01", "to": "2026-02-10", "days": 10, "principal": "1000.00", "amount": "10"},
            {"from": "2026-02-11", "to": "2026-02-20", "days": 10, "principal": "600.00", "amount": "6"},
        ])
    );
    assert_eq!(
        (&fee["unrounded"], &fee["days"], &fee["policy"]["daily_rate"]),
        (&json!("16"), &json!(20), &json!("0.001"))
    );
    let rest = on(&estate.cashier, "2026-02-21");
    let paid = rest.post(&estate.at("/payments"), pay(&bank, &account, ("B-2", "610.00"), "2026-02-21")).await.good();
    let facts = paid["result"]["facts"].as_array().unwrap().iter().filter(|fact| fact["event_type"] == "charge_paid");
    let parts: Vec<_> = facts.map(|fact| (fact["data"]["part"].clone(), fact["data"]["amount"].clone())).collect();
    assert_eq!(parts, [(json!("principal"), json!("600.00")), (json!("late_fee"), json!("10.00"))]);
    let receipt = fact(&paid, "receipt_issued");
    assert_eq!((&receipt["lines"][1]["part"], &receipt["amount"]), (&json!("late_fee"), &json!("610.00")));
    let finance = on(&estate.finance, "2026-02-22");
    let waive = |amount: &str| json!({"amount": amount, "reason": "首次逾期"});
    let path = estate.at(&format!("/accounts/{account}/charges/{charge}/waive-late-fee"));
    assert_eq!(finance.post(&path, waive("6.01")).await.refused(409), "amount_must_not_exceed_open");
    let waived = finance.post(&path, waive("2.00")).await.good();
    assert_eq!(figures(&explained(&estate, &account, &charge, "2026-12-31").await), ["16.00", "10.00", "2.00", "4.00"]);
    let all = estate.auditor.get(&estate.at(&format!("/accounts/{account}/late-fees"))).await.good();
    assert_eq!((&all["open"], &all["items"][0]["open"]), (&json!("4.00"), &json!("4.00")));
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, waived["position"]));
    let statement = auditor.get(&estate.at(&format!("/accounts/{account}/statement"))).await.good();
    let last = statement["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["event_type"], &last["effect"]), (&json!("late_fee_waived"), &json!("0.00")));
    assert_eq!(last["balance"], "0.00");
    lowered(&estate, &account, &charge).await;
    estate.server.stop().await;
}

/// Reduced by a half, the total is 6.00: 4.00 of the 10.00 paid are credit again.
async fn lowered(estate: &Estate, account: &str, charge: &str) {
    let finance = on(&estate.finance, "2026-02-23");
    let (ids, body) =
        (json!({"account": account, "charge": charge}), json!({"amount": "500.00", "reason": "面积重测"}));
    let ask = json!({"operation": "reduce_charge", "path": ids, "body": body, "reason": "核对无误"});
    let asked = finance.post(&estate.at("/approvals"), ask).await.good();
    let approval = crate::server::began(&asked, "approval");
    let digest = &fact(&asked, "approval_requested")["digest"];
    let second = on(&estate.second_finance, "2026-02-23");
    second.post(&estate.at(&format!("/approvals/{approval}/grant")), json!({"digest": digest})).await.good();
    let path = estate.at(&format!("/accounts/{account}/charges/{charge}/reduce"));
    let reduced =
        finance.post(&path, json!({"amount": "500.00", "reason": "面积重测", "approval": approval})).await.good();
    let undone = reduced["result"]["facts"].as_array().unwrap().iter();
    let undone: Vec<_> = undone.filter(|fact| fact["data"]["reason"] == "late_fee_lowered").collect();
    assert_eq!(undone.len(), 1);
    assert_eq!((&undone[0]["data"]["amount"], &undone[0]["data"]["vat"]["tax"]), (&json!("4.00"), &json!("0.23")));
    assert_eq!(figures(&explained(estate, account, charge, "2026-12-31").await), ["6.00", "6.00", "2.00", "0.00"]);
}

#[tokio::test]
async fn credit_pays_a_charge_by_name_with_its_late_fee() {
    let (estate, account, charge) = late().await;
    let bank = estate.channel_account("bank").await;
    let mut kept = pay(&bank, &account, ("B-1", "1100.00"), "2026-02-11");
    kept["spending"]["charges_only"] = json!(true);
    let paid = on(&estate.cashier, "2026-02-11").post(&estate.at("/payments"), kept).await.good();
    let lot = fact(&paid, "credit_received")["lot"].clone();
    let finance = on(&estate.finance, "2026-03-31");
    let path = estate.at(&format!("/accounts/{account}/allocations"));
    let named = |amount: Option<&str>| json!({"lot": lot, "charge": charge, "amount": amount, "late_fee": true});
    assert_eq!(finance.post(&path, named(Some("1010.01"))).await.refused(409), "amount_must_not_exceed_open");
    let mut all = named(None);
    all.as_object_mut().unwrap().remove("amount");
    let spent = finance.post(&path, all).await.good();
    let facts = spent["result"]["facts"].as_array().unwrap().iter().filter(|fact| fact["event_type"] == "charge_paid");
    let parts: Vec<_> = facts.map(|fact| (fact["data"]["part"].clone(), fact["data"]["amount"].clone())).collect();
    assert_eq!(parts, [(json!("principal"), json!("1000.00")), (json!("late_fee"), json!("10.00"))]);
    assert_eq!(figures(&explained(&estate, &account, &charge, "2026-12-31").await), ["10.00", "10.00", "0.00", "0.00"]);
    estate.server.stop().await;
}

#[tokio::test]
async fn arrears_and_present_figures_have_the_late_fees_of_their_accounts() {
    let (estate, account, _) = late().await;
    let auditor = on(&estate.auditor, "2026-02-11");
    let bank = estate.channel_account("bank").await;
    let paid = on(&estate.cashier, "2026-02-11")
        .post(&estate.at("/payments"), pay(&bank, &account, ("B-1", "400.00"), "2026-02-11"))
        .await
        .good();
    let auditor = auditor.with("ledger-position", format!("{}@{}", estate.community, paid["position"]));
    for (day, late_fee) in [("2026-02-01", "1.00"), ("2026-02-20", "16.00"), ("2026-03-02", "22.00")] {
        let list = auditor.get(&estate.at(&format!("/arrears?before={day}"))).await.good();
        let own = auditor.get(&estate.at(&format!("/accounts/{account}/late-fees?on={day}"))).await.good();
        assert_eq!((&list["items"][0]["late_fee"], &own["open"]), (&json!(late_fee), &json!(late_fee)), "{day}");
        assert_eq!(list["total"], json!({"accounts": 1, "open": "600.00", "late_fee": late_fee}));
    }
    let none = auditor.get(&estate.at("/arrears?before=2026-01-31")).await.good();
    assert_eq!((&none["items"], &none["total"]["late_fee"]), (&json!([]), &json!("0.00")));
    let figures = auditor.get(&estate.at("/figures?period=2099-12&late_fees=true&by=fee_item")).await.good();
    let far = auditor.get(&estate.at(&format!("/accounts/{account}/late-fees?on=2099-12-31"))).await.good();
    assert_eq!(figures["items"][0]["late_fees"], far["open"]);
    estate.server.stop().await;
}

#[tokio::test]
async fn who_owes_nothing_but_a_late_fee_is_in_arrears_too() {
    let (estate, account, _) = late().await;
    let bank = estate.channel_account("bank").await;
    let paid = on(&estate.cashier, "2026-02-11")
        .post(&estate.at("/payments"), pay(&bank, &account, ("B-1", "1000.00"), "2026-02-11"))
        .await
        .good();
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, paid["position"]));
    let list = on(&auditor, "2026-02-11").get(&estate.at("/arrears?before=2026-02-20")).await.good();
    assert_eq!(list["total"], json!({"accounts": 1, "open": "0.00", "late_fee": "10.00"}));
    let item = &list["items"][0];
    assert_eq!((&item["account"], &item["late_fee"], &item["charges"]), (&json!(account), &json!("10.00"), &json!(0)));
    assert!(item["oldest_due_on"].is_null() && item["limitation_on"].is_null(), "{item}");
    estate.server.stop().await;
}

#[tokio::test]
async fn policies_are_listed_and_bounded_by_the_ceiling() {
    let (estate, _, _) = late().await;
    let rules = json!({"allocation_policy": "late_fee_first", "notice_days": 0, "late_fee_ceiling": "0.0005"});
    estate.desk.post(&estate.at("/rules"), rules).await.good();
    let policy = |rate: &str| json!({"from": "2026-06-01", "daily_rate": rate, "vat": {"category": "exempt"}});
    let above = estate.finance.post(&estate.at(POLICY), policy("0.0006")).await;
    assert_eq!(above.refused(422), "late_fee_rate_must_not_exceed_ceiling");
    estate.finance.post(&estate.at(POLICY), policy("0.0005")).await.good();
    let list = estate.auditor.get(&estate.at(POLICY)).await.good();
    let rates: Vec<_> = list["items"].as_array().unwrap().iter().map(|policy| policy["daily_rate"].clone()).collect();
    assert_eq!((&list["ceiling"], rates), (&json!("0.0005"), vec![json!("0.001"), json!("0.0005")]));
    let by_cashier = estate.cashier.post(&estate.at(POLICY), policy("0.0001")).await;
    assert_eq!(by_cashier.refused(403), "role_not_allowed");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_close_freezes_late_fees_as_they_were_known() {
    let (estate, account, _) = late().await;
    let bank = estate.channel_account("bank").await;
    let finance = on(&estate.finance, "2026-03-02");
    let close = |period: &str| json!({"period": period, "allowance_declined": true});
    finance.post(&estate.at("/periods:close"), close("2026-01")).await.good();
    let closed = finance.post(&estate.at("/periods:close"), close("2026-02")).await.good();
    let sealed = loop {
        let list = estate.auditor.get(&estate.at("/periods")).await.good();
        if list["items"][0]["period"] == "2026-02" && list["items"][0].get("sealed_root").is_some() {
            break list["items"][0].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(sealed["sealed_size"], closed["position"]);
    let asked = async |more: &str| {
        let path = estate.at(&format!("/figures?period=2026-02&late_fees=true&by=fee_item{more}"));
        estate.auditor.get(&path).await.good()["items"][0]["late_fees"].clone()
    };
    let known = format!("&known_at={}", sealed["sealed_size"]);
    assert_eq!(asked(&known).await, "28.00");
    // What came in February and is known in March counts in March for the books, on its own day for who pays late.
    let cashier = on(&estate.cashier, "2026-03-05");
    let pay = pay(&bank, &account, ("B-1", "1000.00"), "2026-02-11");
    cashier.post(&estate.at("/payments"), pay).await.good();
    assert_eq!((asked(&known).await, asked("").await), (json!("28.00"), json!("28.00")));
    assert_eq!(asked("&as_of=2026-03-31").await, "10.00");
    let without = estate.auditor.get(&estate.at("/figures?period=2026-02")).await.good();
    assert_eq!(without["items"][0].get("late_fees"), None);
    let path = estate.at("/figures/restatement?period=2026-02&as_of=2026-03-31&late_fees=true");
    let restated = estate.auditor.get(&format!("{path}&before={}", sealed["sealed_size"])).await.good();
    assert_eq!(restated["difference"][0]["late_fees"], "-49.00");
    estate.server.stop().await;
}
