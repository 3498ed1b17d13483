//! Deposits: held for their payer, kept in part by consent, returned, seen with their age and their history.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let (_, account) = estate.unit("4-102").await;
    let item = tour.fee_item("门禁卡押金", "deposit").await;
    let deposit = estate.charge(&account, &item, "300.00").await;
    let body = json!({
        "channel_account": estate.channel_account("bank").await, "reference": "D-1", "amount": "300.00",
        "value_on": "2026-02-20", "spending": {"pays": [{"account": account, "charges": [deposit]}]},
    });
    let received = tour.done(&estate.cashier, "/payments", body).await;
    let payer = fact(&received, "credit_received")["holder"].clone();
    assert_eq!(fact(&received, "receipt_issued")["series"], "deposits");
    let at = |path: &str| format!("/accounts/{account}{path}");
    let (back, keep) = (at(&format!("/deposits/{deposit}/return")), at(&format!("/deposits/{deposit}/forfeit")));
    let returned = |amount: &str| json!({"payer": payer, "amount": amount, "reason": "已退卡"});
    let kept = json!({
        "payer": payer, "amount": "60.00", "ground": "consent", "evidence": "ab".repeat(32), "reason": "卡已损坏"
    });
    let reverse = |forfeiture: &str| at(&format!("/forfeitures/{forfeiture}/reverse"));
    let unpaid = at(&format!("/deposits/{UNKNOWN}/return"));
    tour.refused(
        finance,
        &[
            (&back, returned("300.01"), 409, "amount_must_not_exceed_deposit"),
            (&unpaid, returned("1.00"), 404, "deposit_must_exist"),
            (&reverse(UNKNOWN), json!({"reason": "看错了"}), 404, "forfeiture_must_stand"),
        ],
    )
    .await;
    let ids = json!({"account": account, "deposit": deposit});
    for amount in ["60.00", "40.00"] {
        let body = tour.approved("forfeit_deposit", ids.clone(), with(kept.clone(), "amount", json!(amount))).await;
        let answer = tour.done(finance, &keep, body).await;
        let forfeiture = fact(&answer, "deposit_forfeited")["forfeiture"].as_str().unwrap().to_owned();
        if amount == "40.00" {
            let ids = json!({"account": account, "forfeiture": forfeiture});
            let body = tour.approved("reverse_forfeiture", ids, json!({"reason": "看错了"})).await;
            tour.done(finance, &reverse(&forfeiture), body).await;
        }
    }
    let mut last = Value::Null;
    for settles in [true, false] {
        let body = tour.approved("return_deposit", ids.clone(), returned("100.00")).await;
        let answer = tour.done(finance, &back, body).await;
        let refund = fact(&answer, "deposit_returned")["refund"].as_str().unwrap().to_owned();
        if settles {
            let out = json!({
                "channel_account": estate.channel_account("bank").await, "reference": "D-2", "value_on": "2026-03-02"
            });
            last = tour.done(&estate.cashier, &at(&format!("/refunds/{refund}/settle")), out).await;
        } else {
            let why = json!({"reason": "账号有误"});
            last = tour.done(finance, &at(&format!("/refunds/{refund}/fail")), why).await;
        }
    }
    seen(tour, &account, &deposit, &last["position"]).await;
}

async fn seen(tour: &Tour, account: &str, deposit: &str, position: &Value) {
    let finance = tour.estate.finance.with("ledger-position", format!("{}@{position}", tour.estate.community));
    let read = async |path: &str| -> Value { finance.get(&tour.at(path)).await.good() };
    let own = read(&format!("/accounts/{account}/deposits")).await;
    let row = &own["items"][0];
    let sums = ["taken", "returned", "forfeited", "held"].map(|sum| row[sum].as_str().unwrap().to_owned());
    assert_eq!(sums, ["300.00", "100.00", "60.00", "140.00"]);
    let lines = read(&format!("/accounts/{account}/deposits/{deposit}/lines")).await;
    let told: Vec<_> = lines["items"].as_array().unwrap().iter().map(|line| line["event_type"].clone()).collect();
    assert_eq!(
        told,
        [
            "charge_paid",
            "deposit_forfeited",
            "deposit_forfeited",
            "forfeiture_reversed",
            "deposit_returned",
            "deposit_returned",
            "deposit_return_failed"
        ]
    );
    let all = read("/deposits?on=2026-03-02").await;
    let held = all["items"].as_array().unwrap().iter().find(|row| row["deposit"] == deposit).unwrap();
    assert_eq!((&held["held"], &held["age_days"]), (&json!("140.00"), &json!(10)));
}
