//! What is put out after money moved: to the owners' app, and to the outbox for whoever delivers outside.

use super::shop::Shop;
use serde_json::{Value, json};

fn told<'a>(items: &'a Value, field: &str) -> Vec<(&'a str, &'a str)> {
    let text = |value: &'a Value| value.as_str().unwrap();
    items.as_array().unwrap().iter().map(|item| (text(&item["kind"]), text(&item[field]))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_refunds_and_deliveries_are_put_out_once() {
    let shop = Shop::open("wechat_pay").await;
    let charge = shop.charge("100.00").await;
    let (order, number, _) = shop.prepared("wechat_jsapi", &charge).await;
    assert!(shop.gateway.pay(&number).unwrap());
    assert_eq!(shop.ended(&order).await["status"], "paid");
    // A code that is scanned is no mini-program: nobody waits for a delivery.
    let lot = shop.credit("wechat_native", "50.00").await;
    let refund = shop.refund(&lot, "20.00").await;
    shop.send(&refund).await;
    shop.refund_stands(&refund, "settled").await;

    let reader = shop.reader().await;
    let outbox = reader.get(&shop.estate.at("/outbox")).await.good()["items"].clone();
    let mut kinds = told(&outbox, "amount");
    assert_eq!(kinds.first(), Some(&("refund_settled", "20.00")), "the newest first");
    kinds.sort_unstable();
    let expected = [
        ("receipt_ready", "100.00"),
        ("receipt_ready", "50.00"),
        ("refund_settled", "20.00"),
        ("shipping_info", "100.00"),
    ];
    assert_eq!(kinds, expected);
    let subject =
        |kind: &str| outbox.as_array().unwrap().iter().find(|item| item["kind"] == kind).unwrap()["subject"].clone();
    assert_eq!((subject("refund_settled"), subject("shipping_info")), (json!(refund), json!(order)));

    let party = outbox[0]["party"].as_str().unwrap();
    let inbox = reader.get(&shop.estate.at(&format!("/parties/{party}/inbox"))).await.good()["items"].clone();
    assert_eq!(
        told(&inbox, "amount"),
        [("refund_settled", "20.00"), ("receipt_ready", "50.00"), ("receipt_ready", "100.00")]
    );
    assert!(inbox[0]["stage"].is_null() && inbox[0]["oldest_due_on"].is_null());
    let receipt = inbox[2]["subject"].as_str().unwrap();
    assert_eq!(reader.get(&shop.estate.at(&format!("/receipts/{receipt}"))).await.good()["amount"], "100.00");

    let refused = shop.estate.maintenance.get(&shop.estate.at("/outbox")).await;
    assert_eq!(refused.refused(403), "role_not_allowed");
    shop.is_sound().await;
}
