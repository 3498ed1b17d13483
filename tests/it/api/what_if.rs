//! What-ifs over HTTP: real history at another price, unit by unit, and nothing is written.

use crate::estate::Estate;
use serde_json::{Value, json};

/// Two units billed for January and February; answers the fee item and the last position.
async fn billed(estate: &Estate) -> (String, Value) {
    let item = estate.fee_item().await;
    let mut last = Value::Null;
    for code in ["1-101", "1-102"] {
        let (unit, _) = estate.unit(code).await;
        estate.attach(&estate.desk, &unit, &item).await;
        let bill = estate.at(&format!("/units/{unit}/bill"));
        last = estate.finance.post(&bill, json!({"from": "2026-01", "to": "2026-02"})).await.good();
    }
    (item, last["position"].clone())
}

#[tokio::test]
async fn another_price_is_answered_page_by_page_and_nothing_is_written() {
    let estate = Estate::build().await;
    let (item, position) = billed(&estate).await;
    let question = format!("/what-if?fee_item={item}&period=2026-01&to=2026-02&as_of=2099-12-31");
    let path = estate.at(&format!("{question}&price=2.3&from=2026-02-01&limit=1"));
    let reply = estate.auditor.get(&path).await;
    assert_eq!(reply.header("ledger-position"), format!("{}@{position}", estate.community));
    let first = reply.good();
    assert_eq!(first["total"], json!({"charges": 2, "before": "501.20", "after": "411.70", "difference": "-89.50"}));
    assert_eq!(first["fee_items"][0]["period"], "2026-02");
    assert_eq!(first["arrears"], json!({"before": "1002.40", "after": "912.90", "difference": "-89.50"}));
    assert_eq!(
        (&first["fund"], &first["collection"][1]["after"]["net_charges"]),
        (&json!("operating"), &json!("411.70"))
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = estate.auditor.get(&format!("{path}&cursor={cursor}")).await.good();
    assert_eq!(second["next_cursor"], Value::Null);
    let units = [&first["items"], &second["items"]].map(|items| items[0].clone());
    let mut codes: Vec<&str> = units.iter().map(|unit| unit["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["1-101", "1-102"]);
    assert!(units.iter().all(|unit| unit["difference"] == "-44.75"), "{units:?}");

    // A discount of ten percent on February's first half, and what is the same.
    let discount = format!("{question}&percent=90&from=2026-02-01&until=2026-02-15");
    let discount = estate.finance.get(&estate.at(&discount)).await.good();
    assert_eq!(discount["total"]["difference"], "-25.06");
    let same = estate.finance.get(&estate.at(&format!("{question}&price=2.8"))).await.good();
    assert_eq!((&same["items"], &same["total"]["charges"]), (&json!([]), &json!(4)));
    let by_desk = estate.cashier.get(&estate.at(&format!("{question}&price=2.8"))).await;
    assert_eq!(by_desk.refused(403), "role_not_allowed");
    estate.server.stop().await;
}
