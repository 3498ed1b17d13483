//! Payments over HTTP with every read model live, against a handler that does the same work in one transaction each.

use super::estate::Estate;
use super::http::{self, Load};
use super::report::Figure;
use super::server::{Server, today};
use super::{ROUNDS, median, naive_payment};
use hyper::body::Bytes;
use mingzhang_store::postgres::Role;
use serde_json::json;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often the read models' lag is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A transfer that pays a part of an open charge: seven events.
pub(crate) async fn record_payment() -> Vec<Figure> {
    let (mut ours, mut lags, mut naive) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (load, lag) = product().await;
        ours.push(load);
        lags.push(lag);
        naive.push(naive_payment::run().await);
    }
    let (value, limit) = (http::rate(&ours), http::rate(&naive));
    vec![Figure {
        case: "http_record_payment".into(),
        value,
        unit: "requests/s",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!("{}, read models behind p99 {:.0} ms, aim 2", http::times(&ours, &naive), median(lags)),
    }]
}

async fn product() -> (Load, f64) {
    let estate = Estate::build_on(Server::start().await).await;
    let (paths, body) = paying(&estate).await;
    let stop = Arc::new(AtomicBool::new(false));
    let lag = tokio::spawn(watch_lag(estate.server.database().pool(Role::Auditor).await.unwrap(), Arc::clone(&stop)));
    let load = http::load(estate.finance.address(), estate.finance.token(), paths, body).await;
    stop.store(true, Ordering::Relaxed);
    let lag = lag.await.unwrap();
    estate.server.stop().await;
    (load, lag)
}

/// Where each connection pays, and what a path and a number make of it.
pub(crate) async fn paying(
    estate: &Estate,
) -> (Vec<Vec<String>>, impl Fn(&str, u64) -> Bytes + Clone + Send + 'static + use<>) {
    let (item, bank) = (estate.fee_item().await, estate.channel_account("bank").await);
    let mut paths = Vec::new();
    for own in http::accounts(estate).await {
        for account in &own {
            let charge = json!({
                "fee_item": item, "amount": "100000.00", "due_on": "2099-01-31",
                "service": {"from": "2026-01-01", "until": "2026-02-01"},
            });
            estate.finance.post(&estate.at(&format!("/accounts/{account}/charges")), charge).await.good();
        }
        // The account stands behind the path, where the body is made of it and the server does not see it.
        paths.push(own.iter().map(|account| format!("{}?{account}", estate.at("/payments"))).collect());
    }
    let today = today();
    let body = move |path: &str, key: u64| {
        let account = path.split_once('?').unwrap().1;
        let payment = json!({
            "channel_account": bank, "reference": format!("T{key:012}"), "amount": "2.38", "value_on": today,
            "spending": {"pays": [{"account": account}], "rest_to": account},
        });
        Bytes::from(payment.to_string())
    };
    (paths, body)
}

/// Milliseconds that the read models stood behind the log, 99th percentile.
async fn watch_lag(pool: sqlx::PgPool, stop: Arc<AtomicBool>) -> f64 {
    let sql = "SELECT (SELECT sum(size)::bigint FROM log_head),
        (SELECT coalesce(sum(position), 0)::bigint FROM read_model.checkpoint WHERE is_current)";
    let mut heads = VecDeque::new();
    let mut lags = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let (head, folded): (i64, i64) = sqlx::query_as(sql).fetch_one(&pool).await.unwrap();
        heads.push_back((Instant::now(), head));
        while heads.get(1).is_some_and(|(_, head)| *head <= folded) {
            heads.pop_front();
        }
        lags.push(if head <= folded { 0.0 } else { heads[0].0.elapsed().as_secs_f64() * 1e3 });
        tokio::time::sleep(LOOK).await;
    }
    lags.sort_by(f64::total_cmp);
    lags[lags.len() * 99 / 100]
}
