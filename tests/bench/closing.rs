//! The close of a large community, and what other commands of the same community wait meanwhile.

use super::callers::{QUIET, calls, charging, p99};
use super::estate::Estate;
use super::report::Figure;
use super::server::Server;
use super::{ROUNDS, median};
use mingzhang_tests::client::Client;
use serde_json::json;
use std::time::Instant;

/// Accounts, and charges of each that wait for the month.
const ACCOUNTS: usize = 3_000;
const CHARGES: usize = 4;

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
        let charges = charging(&estate, &accounts, &items[0]);
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
    let figure = |case: &str, value, unit| Figure::plain(case, value, unit, &remark);
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
