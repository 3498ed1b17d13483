//! The close of a large community, and what other commands of the same community wait meanwhile.

use super::estate::Estate;
use super::report::Figure;
use super::server::Server;
use super::{ROUNDS, median};
use mingzhang_tests::client::Client;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Accounts, and charges of each that wait for the month.
const ACCOUNTS: usize = 3_000;
const CHARGES: usize = 4;
/// Callers whose commands are timed, and how long each thinks between two.
const CALLERS: usize = 4;
const THINKS: Duration = Duration::from_millis(10);
const QUIET: Duration = Duration::from_secs(3);

/// How long it takes to close a month that releases 12,000 charges, how many of them and how many events a second (a fact
/// releases fifty accounts), and the 99th percentile of single charges meanwhile against the same callers before; read models
/// are live.
pub(crate) async fn close_month() -> Vec<Figure> {
    let (mut seconds, mut rates, mut quiet, mut busy) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
        let mut items = Vec::new();
        for _ in 0..CHARGES {
            items.push(estate.fee_item().await);
        }
        let accounts = estate.charged_for_february(ACCOUNTS, &items).await;
        let finance = estate.finance.with("mingzhang-given-time", "2026-03-02T02:00:00Z");
        let charges: Vec<_> = accounts.iter().take(CALLERS).map(|own| charging(&estate, own, &items[0])).collect();
        quiet.push(p99(&calls(&finance, &charges, tokio::time::sleep(QUIET)).await));
        let (began, head) = (Instant::now(), estate.server.head(&estate.community).await);
        let taken = calls(&finance, &charges, close(&finance, &estate.at("/periods:close"))).await;
        let took = began.elapsed().as_secs_f64();
        // Each of the callers' commands is one event.
        let events = estate.server.head(&estate.community).await - head;
        let events = u32::try_from(events).unwrap() - u32::try_from(taken.len()).unwrap();
        busy.push(p99(&taken));
        rates.push(f64::from(events) / took);
        seconds.push(took);
        estate.server.stop().await;
    }
    let (value, limit) = (median(busy), median(quiet));
    let (took, released) = (median(seconds), u32::try_from(ACCOUNTS * CHARGES).unwrap());
    let remark = format!("{ACCOUNTS} accounts with {CHARGES} charges each that were billed ahead");
    let figure = |case: &str, value, unit| Figure {
        case: case.into(),
        value,
        unit,
        limit: None,
        ratio: None,
        remark: remark.clone(),
    };
    vec![
        figure("close_month", took * 1e3, "milliseconds"),
        figure("close_month_charges", f64::from(released) / took, "charges/s"),
        figure("close_month_events", median(rates), "events/s"),
        Figure {
            limit: Some(limit),
            ratio: Some(value / limit),
            remark: "single charges of the same community meanwhile, against quiet".into(),
            ..figure("close_month_others", value, "microseconds at p99")
        },
    ]
}

/// Closes February; what takes longer than a request waits is asked for again.
async fn close(finance: &Client, path: &str) {
    let body = json!({"period": "2026-02", "allowance_declined": true});
    loop {
        let reply = finance.post_as("february", path, body.clone()).await;
        if reply.status != 503 {
            reply.good();
            return;
        }
    }
}

/// Where a caller charges, and what.
fn charging(estate: &Estate, account: &str, fee_item: &str) -> (String, serde_json::Value) {
    let body = json!({
        "fee_item": fee_item, "amount": "1.00", "due_on": "2026-03-31",
        "service": {"from": "2026-01-01", "until": "2026-01-02"},
    });
    (estate.at(&format!("/accounts/{account}/charges")), body)
}

/// What the callers waited for each answer, for as long as something lasts.
async fn calls(
    finance: &Client,
    charges: &[(String, serde_json::Value)],
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

async fn call(finance: Client, path: String, body: serde_json::Value, stop: Arc<AtomicBool>) -> Vec<Duration> {
    let mut taken = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let sent = Instant::now();
        finance.post(&path, body.clone()).await.good();
        taken.push(sent.elapsed());
        tokio::time::sleep(THINKS).await;
    }
    taken
}

fn p99(taken: &[Duration]) -> f64 {
    let mut taken = taken.to_vec();
    taken.sort_unstable();
    taken[taken.len() * 99 / 100].as_secs_f64() * 1e6
}
