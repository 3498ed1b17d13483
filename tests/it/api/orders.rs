//! Payment orders through the local gateway: the wire is a provider's, and so is its bad behaviour.

use super::shop::Shop;
use crate::client::Client;
use mingzhang_local_gateway::{Behaviour, OrderState};
use mingzhang_store::clock::{Clock, SystemClock};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_paid_by_its_notification_through_every_door() {
    for (provider, methods) in
        [("wechat_pay", ["wechat_jsapi", "wechat_native"]), ("alipay", ["alipay_wap", "alipay_mini"])]
    {
        let shop = Shop::open(provider).await;
        for method in methods {
            let charge = shop.charge("100.00").await;
            let (order, number, prepared) = shop.prepared(method, &charge).await;
            let kind = prepared["kind"].as_str().unwrap();
            assert!(["wechat_window", "code", "page", "alipay_window"].contains(&kind), "{prepared}");
            assert_eq!(shop.act(&order, "prepare").await["kind"], kind, "the same order may be asked for again");
            if method == "alipay_wap" {
                open_page(prepared["url"].as_str().unwrap()).await;
            }
            assert_eq!(shop.act(&order, "check").await["status"], "live", "nobody has paid");
            assert!(shop.gateway.pay(&number).unwrap());
            let ended = shop.ended(&order).await;
            assert_eq!(
                (&ended["status"], &ended["spent"], &ended["received"]),
                (&json!("paid"), &json!("as_ordered"), &json!("100.00"))
            );
        }
        assert_eq!(shop.payments().await, ["100.00", "100.00"]);
        assert_eq!(shop.balance().await, "0.00");
        assert_eq!(shop.estate.server.events_with("oSYNTHETICOPENID0001").await, 0, "the payer's id is in the vault");
        shop.is_sound().await;
    }
}

/// What the payer's browser does.
async fn open_page(url: &str) {
    let (address, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let answer = Client::new(address.parse().unwrap()).get(&format!("/{path}")).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_that_was_handed_over_takes_money_by_the_systems_clock() {
    let mut shop = Shop::open_at("wechat_pay", "2026-03-02T02:00:00Z").await;
    let charge = shop.charge("100.00").await;
    let given = shop.estate.server.admin.with("mingzhang-given-time", "2026-03-02T03:00:00Z");
    given.post(&shop.estate.at("/hand-over-clock"), json!({})).await.good();
    for client in [&mut shop.estate.cashier, &mut shop.estate.finance] {
        *client = client.without("mingzhang-given-time");
    }
    let (order, number, _) = shop.prepared("wechat_native", &charge).await;
    assert!(shop.gateway.pay(&number).unwrap());
    let ended = shop.ended(&order).await;
    assert_eq!((&ended["status"], &ended["spent"]), (&json!("paid"), &json!("as_ordered")));
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_behaviour_changes_nothing_and_loses_nothing() {
    let shop = Shop::open("wechat_pay").await;
    let gateway = &shop.gateway;
    let fast = || Behaviour { retry_ms: 50, ..Behaviour::default() };

    // Told twenty times, in any order, with probes between: one payment.
    gateway.behave(Behaviour { times: 20, reorder: true, delay_ms: 200, probe: true, ..fast() });
    let charge = shop.charge("100.00").await;
    let (order, number, _) = shop.prepared("wechat_native", &charge).await;
    assert!(gateway.pay(&number).unwrap());
    assert_eq!(shop.ended(&order).await["spent"], "as_ordered");
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(shop.payments().await, ["100.00"]);

    // Not told at all: whoever asks learns it.
    gateway.behave(Behaviour { drop: true, ..fast() });
    let charge = shop.charge("50.00").await;
    let (order, number, _) = shop.prepared("wechat_jsapi", &charge).await;
    assert!(gateway.pay(&number).unwrap());
    assert_eq!(shop.act(&order, "check").await["status"], "paid");
    assert_eq!(shop.act(&order, "check").await["status"], "paid", "and again");
    assert_eq!(shop.payments().await, ["50.00", "100.00"]);

    // Signed by somebody else: refused, counted, nothing booked.
    gateway.behave(Behaviour { wrong_key: true, tries: 2, ..fast() });
    let charge = shop.charge("30.00").await;
    let (order, number, _) = shop.prepared("wechat_native", &charge).await;
    assert!(gateway.pay(&number).unwrap());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(shop.shown(&order).await["status"], "live");
    let metrics = shop.estate.server.nobody.get("/metrics").await.text;
    assert!(metrics.contains("mingzhang_notifications_refused_total{reason=\"forged\"}"), "{metrics}");
    assert_eq!(shop.act(&order, "check").await["status"], "paid");

    // Another amount than was asked for waits in suspense, for a person.
    gateway.behave(Behaviour { other_amount: true, ..fast() });
    let charge = shop.charge("20.00").await;
    let (order, number, _) = shop.prepared("wechat_native", &charge).await;
    assert!(gateway.pay(&number).unwrap());
    assert_eq!(shop.ended(&order).await["spent"], "differing");
    let suspense = shop.reader().await.get(&shop.estate.at("/suspense")).await.good();
    assert_eq!(suspense["items"][0]["amount"], "20.01");
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_order_is_closed_on_both_sides_and_money_that_comes_late_is_not_lost() {
    let shop = Shop::open("wechat_pay").await;
    let charge = shop.charge("100.00").await;
    let (first, first_number, _) = shop.prepared("wechat_native", &charge).await;
    let accounts = json!([{"account": shop.account, "charges": [charge]}]);
    let body = json!({"method": "wechat_native", "channel_account": shop.channel, "accounts": accounts});
    let path = shop.estate.at("/payment-orders");
    let again = shop.estate.cashier.post(&path, body).await;
    assert_eq!(again.refused(409), "charge_must_not_be_ordered");
    assert_eq!(shop.act(&first, "close").await["status"], "closed");
    let state = |number: &str| shop.gateway.entries().into_iter().find(|entry| entry.number == number).unwrap().state;
    assert_eq!(state(&first_number), OrderState::Closed);
    assert!(!shop.gateway.pay(&first_number).unwrap());
    let gone = shop.estate.cashier.post(&shop.estate.at(&format!("/payment-orders/{first}/prepare")), json!({})).await;
    assert_eq!(gone.refused(409), "payment_order_must_be_live");

    let (second, second_number, _) = shop.prepared("wechat_native", &charge).await;
    shop.gateway.behave(Behaviour { pays_closed: true, ..Behaviour::default() });
    assert!(shop.gateway.pay(&first_number).unwrap(), "the provider takes it all the same");
    for _ in 0..100 {
        if shop.shown(&first).await["status"] == "paid" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(shop.shown(&first).await["spent"], "late");
    assert!(shop.gateway.pay(&second_number).unwrap());
    assert_eq!(shop.ended(&second).await["spent"], "as_ordered");
    assert_eq!(shop.payments().await, ["100.00", "100.00"]);
    assert_eq!(shop.balance().await, "-100.00", "what came twice is credit");
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_lost_is_asked_for_again() {
    let shop = Shop::open("wechat_pay").await;
    shop.gateway.behave(Behaviour { fails_after_doing: true, ..Behaviour::default() });
    let charge = shop.charge("100.00").await;
    let order = shop.order("wechat_native", &[&charge]).await;
    let prepare = shop.estate.at(&format!("/payment-orders/{order}/prepare"));
    let lost = shop.estate.cashier.post(&prepare, json!({})).await;
    assert_eq!(lost.refused(503), "gateway_unavailable");
    shop.gateway.behave(Behaviour::default());
    assert_eq!(shop.act(&order, "prepare").await["kind"], "code");
    assert_eq!(shop.gateway.entries().len(), 1, "one order with one number");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_notification_is_refused_and_books_nothing() {
    let shop = Shop::open("alipay").await;
    let path = format!("/channel-accounts/{}/notifications", shop.channel);
    let nobody = &shop.estate.server.nobody;
    for (body, status, code) in [
        ("", 401, "notification_forged"),
        ("total_amount=1&total_amount=2", 400, "notification_unreadable"),
        ("out_trade_no=1&sign_type=RSA2&sign=AAAA", 401, "notification_forged"),
        ("out_trade_no=1&sign_type=RSA&sign=AAAA", 401, "notification_forged"),
        ("%ff", 400, "notification_unreadable"),
    ] {
        assert_eq!(nobody.post_raw(&shop.estate.at(&path), body).await.refused(status), code, "{body}");
    }
    let long = "a".repeat(1024 * 1024);
    assert_eq!(nobody.post_raw(&shop.estate.at(&path), long).await.refused(413), "body_too_large");
    let bank = shop.estate.channel_account("bank").await;
    let other = format!("/channel-accounts/{bank}/notifications");
    assert_eq!(nobody.post_raw(&shop.estate.at(&other), "").await.refused(409), "gateway_must_be_served");
    assert!(shop.payments().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_provider_takes_money_for_his_merchant_and_trusts_the_platforms_certificates() {
    let shop = Shop::open("wechat_partner").await;
    let gateway = &shop.gateway;
    // Two doors, and the platform's certificate rolls over between them: both were read at once, ahead.
    for (method, rolled_over) in [("wechat_jsapi", false), ("wechat_native", true)] {
        gateway.behave(Behaviour { rolled_over, retry_ms: 50, ..Behaviour::default() });
        let charge = shop.charge("100.00").await;
        let (order, number, prepared) = shop.prepared(method, &charge).await;
        if method == "wechat_jsapi" {
            assert_eq!(prepared["appId"], "wx0000000000000109", "the service provider's app");
        }
        assert_eq!(shop.act(&order, "check").await["status"], "live");
        assert!(gateway.pay(&number).unwrap());
        assert_eq!(shop.ended(&order).await["spent"], "as_ordered");
    }
    assert_eq!(gateway.certificates_read(), 1);
    // Nobody's certificate is no reason to read them again and again.
    gateway.behave(Behaviour { wrong_key: true, tries: 3, retry_ms: 20, ..Behaviour::default() });
    let charge = shop.charge("30.00").await;
    let (order, number, _) = shop.prepared("wechat_native", &charge).await;
    assert!(gateway.pay(&number).unwrap());
    let unknown = gateway.notification(&number).unwrap();
    let to = shop.estate.at(&format!("/channel-accounts/{}/notifications", shop.channel));
    for serial in ["5100000000000009", "5100000000000008"] {
        let named = unknown.headers.iter().map(|(name, value)| {
            let value = if *name == "Wechatpay-Serial" { serial.to_owned() } else { value.clone() };
            (*name, value)
        });
        let caller = named.fold(shop.estate.server.nobody.clone(), |caller, (name, value)| caller.with(name, value));
        assert_eq!(caller.post_raw(&to, unknown.body.clone()).await.refused(401), "notification_forged", "{serial}");
    }
    assert_eq!(gateway.certificates_read(), 1, "at most once a minute, whoever sends what");
    assert_eq!(shop.shown(&order).await["status"], "live");
    gateway.behave(Behaviour::default());
    let order = shop.order("wechat_native", &[&shop.charge("20.00").await]).await;
    shop.act(&order, "prepare").await;
    shop.act(&order, "close").await;
    assert_eq!(gateway.entries().iter().filter(|entry| entry.state == OrderState::Closed).count(), 1);
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_of_another_merchant_is_not_booked_though_the_provider_signed_it() {
    for provider in ["wechat_pay", "wechat_partner"] {
        let shop = Shop::open(provider).await;
        let charge = shop.charge("100.00").await;
        let (order, number, _) = shop.prepared("wechat_native", &charge).await;
        let to = shop.estate.at(&format!("/channel-accounts/{}/notifications", shop.channel));
        let told = async |other_merchant: bool| {
            shop.gateway.behave(Behaviour { drop: true, other_merchant, ..Behaviour::default() });
            let letter = shop.gateway.notification(&number).unwrap();
            let named = letter.headers.into_iter();
            let caller =
                named.fold(shop.estate.server.nobody.clone(), |caller, (name, value)| caller.with(name, value));
            caller.post_raw(&to, letter.body).await
        };
        shop.gateway.behave(Behaviour { drop: true, ..Behaviour::default() });
        assert!(shop.gateway.pay(&number).unwrap());
        assert_eq!(told(true).await.refused(400), "notification_unreadable", "{provider}");
        assert!(shop.payments().await.is_empty(), "{provider}");
        assert!(told(false).await.status.is_success(), "{provider}");
        assert_eq!(shop.ended(&order).await["spent"], "as_ordered", "{provider}");
        assert_eq!(shop.payments().await, ["100.00"], "{provider}");
        shop.is_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_that_names_an_order_pays_it_and_ends_it_at_the_provider() {
    let shop = Shop::open("wechat_pay").await;
    let charge = shop.charge("100.00").await;
    let (order, number, _) = shop.prepared("wechat_native", &charge).await;
    let bank = shop.estate.channel_account("bank").await;
    let today = (SystemClock.now() + chrono::Duration::hours(8)).format("%Y-%m-%d").to_string();
    let line = |serial: &str, remark: &str| json!({"channel_account": bank, "serial": serial, "amount": "100.00", "booked_on": today, "remark": remark});
    shop.reader().await.get(&shop.estate.at("/payment-orders")).await.good();
    let lines = shop.estate.at("/bank-lines");
    shop.estate.finance.post(&lines, line("1", &format!("物业费 订单号{number}"))).await.good();
    let ended = shop.ended(&order).await;
    assert_eq!((&ended["status"], &ended["spent"]), (&json!("paid"), &json!("as_ordered")));
    let is_closed =
        || shop.gateway.entries().iter().any(|entry| entry.number == number && entry.state == OrderState::Closed);
    for _ in 0..100 {
        if is_closed() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(is_closed(), "nobody can pay it there any more");
    // The same again is nobody's until a person looks.
    let again = shop.estate.finance.post(&lines, line("2", &order)).await.good();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let payment = crate::server::began(&again, "payment");
    let waiting = shop.reader().await.get(&shop.estate.at(&format!("/payments/{payment}"))).await.good();
    assert_eq!((&waiting["suspense"], &waiting["named_order"]), (&json!("100.00"), &json!(order)));
    assert_eq!(shop.balance().await, "0.00");
    shop.is_sound().await;
}
