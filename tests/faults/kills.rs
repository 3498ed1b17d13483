//! Kills of the server and of Postgres under load: nothing acknowledged is missing, nothing happens twice, every unknown
//! outcome is resolved by sending the same key again.

use super::process::Process;
use crate::client::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const CLIENTS: u64 = 6;

/// Sends one command after another until told to stop; each is sent with the same key until it is answered for good.
async fn work(admin: Client, me: u64, stop: Arc<AtomicBool>, retries: Arc<AtomicU64>) -> BTreeMap<String, Value> {
    let mut acknowledged = BTreeMap::new();
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        let key = format!("K{me}-{n}");
        let body = json!({"code": key, "name": key});
        loop {
            match admin.try_post(&key, "/api/v1/companies", body.clone()).await {
                Some(reply) if reply.status == 201 => {
                    acknowledged.insert(key, reply.json());
                    break;
                }
                Some(reply) if reply.status != 503 => {
                    assert_eq!(reply.status, 201, "{}", reply.text);
                }
                _ => {
                    retries.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        n += 1;
    }
    acknowledged
}

/// Every company there is, by code.
async fn companies(admin: &Client) -> Vec<String> {
    let (mut codes, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/api/v1/companies?limit=200{cursor}")).await.good();
        codes.extend(page["items"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return codes,
        }
    }
}

async fn campaign(kills: u32, of_postgres: bool) {
    let mut process = Process::start().await;
    let (stop, retries) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let workers: Vec<_> = (0..CLIENTS)
        .map(|me| tokio::spawn(work(process.admin.clone(), me, Arc::clone(&stop), Arc::clone(&retries))))
        .collect();
    for kill in 0..kills {
        // Under load for a while that differs each time, so that the kill meets another moment.
        tokio::time::sleep(Duration::from_millis(150 + u64::from(kill) * 67 % 300)).await;
        if of_postgres {
            process.kill_postgres();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        process.kill_server().await;
        process.start_again().await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = BTreeMap::new();
    for worker in workers {
        acknowledged.extend(worker.await.unwrap());
    }
    assert!(retries.load(Ordering::Relaxed) > 0, "the kills were felt");
    let mut codes = companies(&process.admin).await;
    codes.sort_unstable();
    let expected: Vec<String> = acknowledged.keys().cloned().collect();
    assert_eq!(codes, expected, "each command once: none is missing, none happened twice");
    // The same key gets the same outcome for ever.
    for (key, first) in acknowledged.iter().step_by(7) {
        let body = json!({"code": key, "name": key});
        let again = process.admin.post_as(key, "/api/v1/companies", body).await;
        assert_eq!(&again.good(), first);
    }
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_of_the_server_lose_nothing_and_double_nothing() {
    campaign(10, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_kills_of_postgres_lose_nothing_and_double_nothing() {
    campaign(5, true).await;
}
