//! Payment orders: asked for, prepared, paid, looked for, closed; and notifications that are none.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use mingzhang_local_gateway::{Behaviour, RefundsEnd};
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let estate = &tour.estate;
    let (_, account) = estate.unit("9-1-0907").await;
    let fee_item = tour.fee_item("临时服务费", "operating").await;
    let mut charges = Vec::new();
    for _ in 0..3 {
        charges.push(estate.charge(&account, &fee_item, "30.00").await);
    }
    let channel = estate.merchant_account("wechat_pay").await;
    let order = |charge: &str| {
        let accounts = json!([{"account": account, "charges": [charge]}]);
        json!({"method": "wechat_jsapi", "channel_account": channel, "accounts": accounts, "payer": "oSYNTHETICOPENID0009"})
    };
    refusals(tour, &account, &order(&charges[0])).await;
    let created = tour.done(&estate.cashier, "/payment-orders", order(&charges[0])).await;
    let first = began(&created, "payment_order");
    let prepare = format!("/payment-orders/{first}/prepare");
    // The provider did it, and its answer is lost.
    tour.gateway.behave(Behaviour { fails_after_doing: true, ..Behaviour::default() });
    tour.refused(&estate.cashier, &[(&prepare, json!({}), 503, "gateway_unavailable")]).await;
    // Orders of this walk were over long ago by the provider's clock.
    tour.gateway.behave(Behaviour { pays_closed: true, drop: true, ..Behaviour::default() });
    tour.done(&estate.cashier, &prepare, json!({})).await;
    tour.refused(&estate.cashier, &[("/payment-orders", order(&charges[0]), 409, "charge_must_not_be_ordered")]).await;
    assert!(tour.gateway.pay(&first.replace('-', "")).unwrap());
    tour.done(&estate.cashier, &format!("/payment-orders/{first}/check"), json!({})).await;
    tour.refused(
        &estate.cashier,
        &[
            (&prepare, json!({}), 409, "payment_order_must_be_live"),
            ("/payment-orders", order(&charges[0]), 409, "ordered_charge_must_be_open"),
            (&format!("/payment-orders/{UNKNOWN}/prepare"), json!({}), 404, "payment_order_must_exist"),
        ],
    )
    .await;
    let second = began(&tour.done(&estate.cashier, "/payment-orders", order(&charges[1])).await, "payment_order");
    tour.done(&estate.cashier, &format!("/payment-orders/{second}/prepare"), json!({})).await;
    tour.gateway.close(&second.replace('-', "")).unwrap();
    let again = format!("/payment-orders/{second}/prepare");
    tour.refused(&estate.cashier, &[(&again, json!({}), 502, "gateway_refused")]).await;
    tour.done(&estate.cashier, &format!("/payment-orders/{second}/close"), json!({})).await;
    told(tour, &order(&charges[2])).await;
    let (_, free) = estate.unit("9-1-0909").await;
    refunded(tour, (&free, &channel)).await;
    for path in ["/payment-orders".to_owned(), format!("/payment-orders/{first}")] {
        estate.auditor.get(&tour.at(&path)).await.good();
    }
}

async fn refusals(tour: &Tour, account: &str, good: &Value) {
    let estate = &tour.estate;
    let cash = estate.channel_account("cash").await;
    let accounts = |orders: Value| with(good.clone(), "accounts", json!([orders]));
    let many: Vec<&str> = vec![UNKNOWN; 51];
    let merchant = json!({"provider": "wechat_pay", "number": "1"});
    let wrong = json!({"kind": "cash", "purse": "company", "label": "现金", "merchant": merchant});
    tour.refused(&estate.admin, &[(&estate.of_company("/channel-accounts"), wrong, 422, "merchant_must_be_online")])
        .await;
    tour.refused(
        &estate.cashier,
        &[
            ("/payment-orders", with(good.clone(), "channel_account", json!(cash)), 409, "gateway_must_be_served"),
            ("/payment-orders", with(good.clone(), "method", json!("alipay_wap")), 422, "word_not_allowed"),
            ("/payment-orders", with(good.clone(), "minutes", json!(121)), 422, "order_must_expire_soon"),
            ("/payment-orders", accounts(json!({"account": account})), 422, "order_must_reach_an_account"),
            (
                "/payment-orders",
                accounts(json!({"account": account, "charges": many})),
                422,
                "ordered_charges_must_be_few",
            ),
            (
                "/payment-orders",
                accounts(json!({"account": account, "credit": "1000000.01"})),
                422,
                "order_must_be_within_limit",
            ),
        ],
    )
    .await;
}

/// A provider's own notification, and what is none.
async fn told(tour: &Tour, order: &Value) {
    let estate = &tour.estate;
    let channel = order["channel_account"].as_str().unwrap();
    let third = began(&tour.done(&estate.cashier, "/payment-orders", order.clone()).await, "payment_order");
    tour.done(&estate.cashier, &format!("/payment-orders/{third}/prepare"), json!({})).await;
    tour.gateway.behave(Behaviour { pays_closed: true, drop: true, ..Behaviour::default() });
    assert!(tour.gateway.pay(&third.replace('-', "")).unwrap());
    let path = tour.at(&format!("/channel-accounts/{channel}/notifications"));
    let nobody = &estate.server.nobody;
    let letter = tour.gateway.notification(&third.replace('-', "")).unwrap();
    let signed = letter.headers.iter().fold(nobody.clone(), |client, (name, value)| client.with(name, value.clone()));
    assert!(signed.post_raw(&path, letter.body.clone()).await.status.is_success());
    assert_eq!(nobody.post_raw(&path, "{}").await.refused(401), "notification_forged");
    let unreadable = tour.gateway.signed_text("{}").unwrap();
    let signed =
        unreadable.headers.iter().fold(nobody.clone(), |client, (name, value)| client.with(name, value.clone()));
    assert_eq!(signed.post_raw(&path, "{}").await.refused(400), "notification_unreadable");
}

/// Money that goes back the way it came.
async fn refunded(tour: &Tour, (account, channel): (&str, &str)) {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let lot = credit(tour, (account, channel)).await;
    let act = |refund: &str, what: &str| format!("/accounts/{account}/refunds/{refund}/{what}");
    let by = |channel: &str| json!({"channel_account": channel});
    let reason = json!({"reason": "改由银行退回"});
    let payee = estate.unit("9-1-0908").await.0;
    let payee = estate.auditor.get(&tour.at(&format!("/units/{payee}"))).await.good()["owner_party"].clone();
    let to_source = json!({"lot": lot, "reason": "多缴"});
    let to_another = with(with(to_source.clone(), "payee", payee), "evidence", json!("ab".repeat(32)));
    let mut refunds = Vec::new();
    for (body, amount) in [(&to_source, "1.00"), (&to_source, "2.00"), (&to_another, "3.00")] {
        let body = with(body.clone(), "amount", json!(amount));
        let approved = tour.approved("approve_refund", json!({"account": account}), body).await;
        let answer = tour.done(finance, &format!("/accounts/{account}/refunds"), approved).await;
        refunds.push(fact(&answer, "refund_approved")["refund"].as_str().unwrap().to_owned());
    }
    let other = estate.merchant_account("alipay").await;
    let cash = estate.channel_account("cash").await;
    tour.refused(
        finance,
        &[
            (&act(&refunds[0], "send"), by(&cash), 409, "gateway_must_be_served"),
            (&act(&refunds[0], "send"), by(&other), 422, "refund_must_have_come_by_channel"),
            (&act(&refunds[2], "send"), by(channel), 422, "refund_must_go_to_source"),
            (&act(&refunds[0], "withdraw"), reason.clone(), 404, "channel_refund_must_exist"),
            (&format!("/refunds/{}/check", refunds[0]), json!({}), 404, "channel_refund_must_exist"),
        ],
    )
    .await;
    // The merchant has too little, so that the provider takes nothing.
    tour.gateway.behave(Behaviour { drop: true, refunds: RefundsEnd::NotEnough, ..Behaviour::default() });
    for refund in &refunds[..2] {
        tour.done(finance, &act(refund, "send"), by(channel)).await;
    }
    tour.done(finance, &act(&refunds[1], "withdraw"), reason.clone()).await;
    tour.refused(
        finance,
        &[
            (&act(&refunds[0], "send"), by(channel), 409, "refund_must_not_be_sent"),
            (&act(&refunds[1], "withdraw"), reason.clone(), 409, "channel_refund_must_be_ongoing"),
        ],
    )
    .await;
    tour.gateway.behave(Behaviour { drop: true, refunds: RefundsEnd::Waiting, ..Behaviour::default() });
    tour.done(finance, &format!("/refunds/{}/check", refunds[0]), json!({})).await;
    tour.refused(finance, &[(&act(&refunds[0], "withdraw"), reason, 409, "channel_refund_must_not_be_accepted")]).await;
}

/// Credit that came by the provider; its lot.
async fn credit(tour: &Tour, (account, channel): (&str, &str)) -> String {
    let cashier = &tour.estate.cashier;
    let accounts = json!([{"account": account, "credit": "9.99"}]);
    let body = json!({"method": "wechat_native", "channel_account": channel, "accounts": accounts});
    let order = began(&tour.done(cashier, "/payment-orders", body).await, "payment_order");
    tour.done(cashier, &format!("/payment-orders/{order}/prepare"), json!({})).await;
    assert!(tour.gateway.pay(&order.replace('-', "")).unwrap());
    tour.done(cashier, &format!("/payment-orders/{order}/check"), json!({})).await;
    let head = tour.estate.server.head(&tour.estate.community).await;
    let reader = tour.estate.finance.with("ledger-position", format!("{}@{head}", tour.estate.community));
    let lots = reader.get(&tour.at(&format!("/accounts/{account}/lots"))).await.good();
    let lot = lots["items"].as_array().unwrap().iter().find(|lot| lot["unspent"] == "9.99").unwrap();
    lot["lot"].as_str().unwrap().to_owned()
}
