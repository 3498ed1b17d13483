//! Kills of the server and of Postgres under load: nothing acknowledged is missing, nothing happens twice, every unknown
//! outcome is resolved by sending the same key again. A server that is broken on purpose is found out by the same campaign.

use crate::client::Client;
use crate::process::{Build, Process};
use mingzhang_store::sabotage::Sabotage;
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

/// What a campaign found wrong; nothing, if all is well.
#[derive(Debug, Default, PartialEq, Eq)]
struct Findings {
    /// Acknowledged, and not there.
    lost: Vec<String>,
    /// There, and not acknowledged, or there twice.
    excess: Vec<String>,
    /// Sent again, and answered in another way.
    answered_anew: Vec<String>,
}

async fn campaign(build: Build, kills: u32, of_postgres: bool) -> Findings {
    let mut process = Process::start("error").await;
    process.go_on_with(build).await;
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
    let mut excess = companies(&process.admin).await;
    let mut findings = Findings::default();
    for key in acknowledged.keys() {
        match excess.iter().position(|code| code == key) {
            Some(found) => drop(excess.swap_remove(found)),
            None => findings.lost.push(key.clone()),
        }
    }
    findings.excess = excess;
    // The same key gets the same outcome for ever.
    for (key, first) in acknowledged.iter().step_by(7) {
        let body = json!({"code": key, "name": key});
        let again = process.admin.post_as(key, "/api/v1/companies", body).await;
        if &again.good() != first {
            findings.answered_anew.push(key.clone());
        }
    }
    process.stop().await;
    findings
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_of_the_server_lose_nothing_and_double_nothing() {
    assert_eq!(campaign(Build::Shipped, 10, false).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn five_kills_of_postgres_lose_nothing_and_double_nothing() {
    assert_eq!(campaign(Build::Shipped, 5, true).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_before_the_commit_is_found_out() {
    let findings = campaign(Build::Sabotaged(Sabotage::AnswerBeforeCommit), 4, false).await;
    assert!(!findings.lost.is_empty(), "{findings:?}");
}
