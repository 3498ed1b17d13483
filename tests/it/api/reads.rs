//! Reads: they wait for the position they are asked at, say the position they reflect, and agree with the books.

use crate::client::Client;
use crate::estate::Estate;
use mingzhang_store::postgres::Role;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use std::time::Duration;

/// The `Ledger-Position` of a command's answer.
fn position(answer: &Value) -> String {
    format!("{}@{}", answer["ledger_id"].as_str().unwrap(), answer["position"])
}

async fn read_at(client: &Client, answer: &Value, path: &str) -> Value {
    let reply = client.with("ledger-position", position(answer)).get(path).await;
    assert!(reply.header("ledger-position").contains('@'), "{}", reply.text);
    reply.good()
}

#[tokio::test]
async fn what_was_just_written_is_read_when_its_position_is_named() {
    let estate = Estate::build().await;
    let (unit, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "250.60").await;
    let bank = estate.channel_account("bank").await;
    let pay = json!({
        "channel_account": bank, "reference": "B-77", "amount": "300.00", "value_on": "2026-01-10",
        "spending": {"pays": [{"account": account, "charges": [charge]}], "rest_to": account},
    });
    let paid = estate.cashier.post(&estate.at("/payments"), pay).await.good();
    let finance = &estate.finance;
    let read = |path: String| {
        let paid = &paid;
        let path = estate.at(&path);
        async move { read_at(finance, paid, &path).await }
    };
    assert_eq!(read(format!("/units/{unit}")).await["code"], "3-1-1202");
    assert_eq!(read("/units?building=3%E6%A0%8B".into()).await["items"][0]["account"], account.as_str());
    assert_eq!(read("/unit-by-code?code=3-1-1202".into()).await["unit"], unit.as_str());
    let charges = read(format!("/accounts/{account}/charges")).await;
    assert_eq!(charges["items"][0]["paid"], "250.60");
    assert_eq!(charges["items"][0]["open"], "0.00");
    let lots = read(format!("/accounts/{account}/lots?unspent_only=true")).await;
    assert_eq!(lots["items"][0]["unspent"], "49.40");
    assert_eq!(read(format!("/accounts/{account}/balances")).await["items"][0]["credit"], "49.40");
    assert_eq!(read("/payments".into()).await["items"][0]["reference"], "B-77");
    assert_eq!(read("/receipts".into()).await["items"][0]["status"], "issued");
    let rates = read("/collection-rates?from=2026-01&until=2099-12".into()).await;
    assert_eq!(rates["items"][0]["net"], "250.60");
    let balance = read("/trial-balance?until=2099-01".into()).await;
    let rows = balance["items"].as_array().unwrap();
    let fen = |row: &Value, side: &str| row[side].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    assert!(rows.len() > 3);
    assert_eq!(rows.iter().map(|row| fen(row, "debit") - fen(row, "credit")).sum::<i64>(), 0);
    let lines = read(format!("/accounts/{account}/statement")).await;
    assert!(lines["items"].as_array().unwrap().len() >= 3, "{lines}");
    estate.server.stop().await;
}

#[tokio::test]
async fn parties_are_listed_page_by_page() {
    let estate = Estate::build().await;
    for code in ["1-101", "1-102", "1-103"] {
        estate.unit(code).await;
    }
    let body = json!({"kind": "developer", "name": "湖滨置业"});
    let last = estate.desk.post(&estate.at("/parties"), body).await.good();
    let page = |query: String| {
        let (last, path) = (&last, estate.at(&format!("/parties?{query}")));
        let client = &estate.maintenance;
        async move { read_at(client, last, &path).await }
    };
    let whole = page(String::new()).await;
    assert_eq!(whole["items"].as_array().unwrap().len(), 4);
    assert!(whole["next_cursor"].is_null());
    let first = page("limit=3".to_owned()).await;
    let second = page(format!("limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    let joined: Vec<&Value> =
        [&first, &second].into_iter().flat_map(|page| page["items"].as_array().unwrap()).collect();
    assert_eq!(joined, whole["items"].as_array().unwrap().iter().collect::<Vec<_>>());
    let foreign = estate.finance.get(&estate.at("/parties?cursor=xyz")).await;
    assert_eq!(foreign.refused(400), "parameter_invalid");
    estate.server.stop().await;
}

#[tokio::test]
async fn a_position_beyond_the_head_is_a_conflict() {
    let estate = Estate::build().await;
    let beyond = estate.finance.with("ledger-position", format!("{}@1000000", estate.community));
    assert_eq!(beyond.get(&estate.at("/units")).await.refused(409), "position_beyond_head");
    let other = estate.finance.with("ledger-position", format!("{}@1", estate.company));
    assert_eq!(other.get(&estate.at("/units")).await.refused(400), "parameter_invalid");
    estate.server.stop().await;
}

#[tokio::test]
async fn what_a_version_brought_is_refused_and_then_folded_by_the_server_itself() {
    let mut estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let charge = estate.charge(&account, &item, "250.60").await;
    let path = estate.at(&format!("/charges/{charge}"));
    let good = async |client: &Client, path: &str| {
        for _ in 0..600 {
            let reply = client.get(path).await;
            if reply.status.is_success() {
                return reply.good();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("never read again");
    };
    let before = good(&estate.auditor, &path).await;
    let owner = estate.server.database().access().log(Role::Owner);
    let mut owner = PgConnection::connect_with(&owner).await.unwrap();
    sqlx::raw_sql("SELECT read_model.outdate('charge')").execute(&mut owner).await.unwrap();
    let reply = estate.auditor.get(&path).await;
    assert_eq!((reply.refused(503).as_str(), reply.header("retry-after")), ("read_model_incomplete", "10"));
    estate.auditor.get(&estate.at("/fee-items")).await.good();
    estate.server = estate.server.restart().await;
    assert_eq!(good(&estate.auditor, &path).await, before);
    estate.server.stop().await;
}
