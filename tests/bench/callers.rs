//! A few callers of a community, whose single charges are timed while something else goes on.

use super::estate::Estate;
use mingzhang_tests::client::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the callers are timed while nothing else goes on.
pub(crate) const QUIET: Duration = Duration::from_secs(3);
const CALLERS: usize = 4;
/// How long each thinks between two commands.
const THINKS: Duration = Duration::from_millis(10);

/// Where each caller charges, and what.
pub(crate) fn charging(estate: &Estate, accounts: &[String], fee_item: &str) -> Vec<(String, Value)> {
    let body = json!({
        "fee_item": fee_item, "amount": "1.00", "due_on": "2099-01-31",
        "service": {"from": "2026-01-01", "until": "2026-01-02"},
    });
    let path = |account: &String| estate.at(&format!("/accounts/{account}/charges"));
    accounts.iter().take(CALLERS).map(|account| (path(account), body.clone())).collect()
}

/// What the callers waited for each answer, for as long as something lasts.
pub(crate) async fn calls(
    finance: &Client,
    charges: &[(String, Value)],
    lasts: impl Future<Output = ()>,
) -> Vec<Duration> {
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = charges
        .iter()
        .map(|(path, body)| tokio::spawn(call(finance.clone(), path.clone(), body.clone(), Arc::clone(&stop))))
        .collect();
    lasts.await;
    stop.store(true, Ordering::Relaxed);
    let mut taken = Vec::new();
    for caller in callers {
        taken.extend(caller.await.unwrap());
    }
    taken
}

async fn call(finance: Client, path: String, body: Value, stop: Arc<AtomicBool>) -> Vec<Duration> {
    let mut taken = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let sent = Instant::now();
        finance.post(&path, body.clone()).await.good();
        taken.push(sent.elapsed());
        tokio::time::sleep(THINKS).await;
    }
    taken
}

/// Microseconds, 99th percentile.
pub(crate) fn p99(taken: &[Duration]) -> f64 {
    let mut taken = taken.to_vec();
    taken.sort_unstable();
    taken[taken.len() * 99 / 100].as_secs_f64() * 1e6
}
