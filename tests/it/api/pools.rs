//! Shared costs over two buildings: to the fen, once however often a server is restarted, published without names.

use crate::estate::Estate;
use crate::server::began;
use serde_json::{Value, json};
use std::time::Duration;

/// Units of building 1 and of building 2.
const UNITS: [u32; 2] = [65, 3];

/// A community with two buildings; one unit has no owner.
async fn estate() -> (Estate, String) {
    let estate = Estate::build().await;
    let body = json!({"name": "公共电费", "fund": "operating", "priority": 20, "vat": {"category": "not_taxable"}});
    let item = began(&estate.finance.post(&estate.at("/fee-items"), body).await.good(), "fee_item");
    let person = estate.person("张三").await;
    let party = json!({"kind": "owner_group", "members": [{"person": person, "share": "1"}], "contact": person});
    let party = began(&estate.desk.post(&estate.at("/parties"), party).await.good(), "party");
    for (building, units) in (1..).zip(UNITS) {
        for unit in 1..=units {
            let mut body = json!({
                "code": format!("{building}-{unit:03}"), "kind": "residence", "building": format!("{building}栋"),
                "area": {"from": "2020-01-01", "building_area_sqm": format!("{}", 50 + unit)},
            });
            if (building, unit) != (2, 3) {
                body["status"] = json!({"from": "2020-01-01", "status": "handed_over"});
                body["owner"] = json!({"from": "2020-01-01", "party": party});
            }
            estate.desk.post(&estate.at("/units"), body).await.good();
        }
    }
    (estate, item)
}

fn pool(item: &str, scope: Value, amount: &str) -> Value {
    json!({
        "fee_item": item, "label": "1 月公共照明", "service": {"from": "2026-01-01", "until": "2026-02-01"},
        "scope": scope, "weight": {"kind": "building_area"}, "amount": amount,
    })
}

async fn stands(estate: &Estate, pool: &str, since: &Value, status: &str) {
    let auditor = estate.auditor.with("ledger-position", format!("{}@{}", estate.community, since["position"]));
    let path = estate.at(&format!("/pools/{pool}"));
    for _ in 0..600 {
        if auditor.get(&path).await.good()["status"] == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(auditor.get(&path).await.good()["status"], status);
}

fn fen(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

/// Sum of a column of a list, and how many rows it has.
async fn sum(estate: &Estate, path: &str, column: &str) -> (usize, i64) {
    let items = estate.auditor.get(&estate.at(path)).await.good()["items"].as_array().unwrap().clone();
    (items.len(), items.iter().map(|item| fen(&item[column])).sum())
}

#[tokio::test]
async fn a_pool_over_two_buildings_is_charged_to_the_fen_and_taken_back_whole() {
    let (estate, item) = estate().await;
    let opened = estate.finance.post(&estate.at("/pools"), pool(&item, json!({"kind": "community"}), "1000.00")).await;
    let opened = opened.good();
    let id = began(&opened, "pool");
    let at = format!("{}@{}", estate.community, opened["position"]);
    let reader = estate.auditor.with("ledger-position", at);
    let preview = reader.get(&estate.at(&format!("/pools/{id}/publication"))).await.good();
    let shares = preview["shares"].as_array().unwrap();
    assert_eq!((shares.len(), shares.iter().map(|share| fen(&share["amount"])).sum::<i64>()), (68, 100_000));
    assert_eq!((&preview["method"], &preview["equal"]), (&json!("按建筑面积"), &json!(true)));
    let nobody: Vec<_> = shares.iter().filter(|share| share.get("uncharged").is_some()).collect();
    assert_eq!((nobody.len(), &nobody[0]["code"]), (1, &json!("2-003")));
    assert_eq!(sum(&estate, "/arrears?before=2100-12-31", "open").await, (0, 0), "nothing is charged yet");

    let seen = json!({"amount": preview["charged"], "due_days": 30});
    let post = estate.at(&format!("/pools/{id}/post"));
    assert_eq!(estate.finance.post(&post, seen.clone()).await.refused(403), "approval_must_be_given");
    let body = estate.approved("post_pool", json!({"pool": id}), seen).await;
    let posting = estate.finance.post(&post, body).await.good();
    stands(&estate, &id, &posting, "posted").await;
    let (units, charged) = sum(&estate, "/arrears?before=2100-12-31&limit=200", "open").await;
    assert_eq!((units, charged + fen(&nobody[0]["amount"])), (67, 100_000));
    let published = estate.maintenance.get(&estate.at(&format!("/pools/{id}/publication"))).await.good();
    assert_eq!((&published["shares"], &published["status"]), (&preview["shares"], &json!("posted")));
    assert!(!published.to_string().contains("张三"));

    // What a unit owes is explained to the fen.
    let arrears = estate.auditor.get(&estate.at("/arrears?before=2100-12-31")).await.good();
    let account = arrears["items"][0]["account"].as_str().unwrap();
    let charges = estate.auditor.get(&estate.at(&format!("/accounts/{account}/charges"))).await.good();
    let charge = charges["items"][0]["charge"].as_str().unwrap();
    let said = estate.auditor.get(&estate.at(&format!("/charges/{charge}/explanation"))).await.good();
    assert_eq!((&said["kind"], &said["recomputed"]["equal"]), (&json!("pool"), &json!(true)), "{said}");

    let body = estate.approved("reverse_pool", json!({"pool": id}), json!({"reason": "电表抄错"})).await;
    let reversing = estate.finance.post(&estate.at(&format!("/pools/{id}/reverse")), body).await.good();
    stands(&estate, &id, &reversing, "reversed").await;
    assert_eq!(sum(&estate, "/arrears?before=2100-12-31", "open").await, (0, 0));
    estate.server.stop().await;
}

#[tokio::test]
async fn one_building_bears_its_pool_and_two_servers_charge_it_once() {
    let (mut estate, item) = estate().await;
    let scope = json!({"kind": "building", "building": "1栋"});
    let opened = estate.finance.post(&estate.at("/pools"), pool(&item, scope, "500.00")).await.good();
    let id = began(&opened, "pool");
    let body = estate.approved("post_pool", json!({"pool": id}), json!({"amount": "500.00"})).await;
    let second = estate.server.beside().await;
    let posting = estate.finance.post(&estate.at(&format!("/pools/{id}/post")), body).await.good();
    // Restarted in the middle of it: another process goes on.
    estate.server = estate.server.restart().await;
    stands(&estate, &id, &posting, "posted").await;
    assert_eq!(sum(&estate, "/arrears?before=2100-12-31&limit=200", "open").await, (65, 50_000));
    second.stop().await;
    estate.server.stop().await;
}
