//! Durable events per second through the lane, against the same rows by UNNEST, 1,000 per commit.

use super::report::Figure;
use super::{ROUNDS, community, database, limit, median, mix};
use mingzhang_store::clock::SystemClock;
use mingzhang_store::lane::{LaneOptions, Lanes};
use mingzhang_store::postgres::Role;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Seconds of load in each round.
const SECONDS: u64 = 5;

pub(crate) async fn run(case: &str, ledgers: usize, submitters: usize, aim: Option<f64>) -> Vec<Figure> {
    let (mut values, mut limits, mut batches) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (rate, batch, rows) = round(ledgers, submitters).await;
        values.push(rate);
        batches.push(batch);
        limits.push(limit::unnest(rows, if ledgers == 1 { 1 } else { 4 }).await);
    }
    let (value, limit) = (median(values), median(limits));
    let aim = aim.map_or(String::new(), |aim| format!(", aim {aim}"));
    vec![Figure {
        case: case.to_owned(),
        value,
        unit: "events/s",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!("{submitters} submitters, mean batch {:.0} events{aim}", median(batches)),
    }]
}

async fn round(ledgers: usize, submitters: usize) -> (f64, f64, Vec<limit::Rows>) {
    let database = database().await;
    let pool = database.pool(Role::Writer).await.unwrap();
    let lanes = Lanes::start(pool, Arc::new(SystemClock), LaneOptions::default());
    let per_submitter = 4;
    let mut communities = Vec::new();
    for n in 0..ledgers {
        communities.push(community::open(&lanes, n, submitters / ledgers * per_submitter).await);
    }
    let (stop, events) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut commits = lanes.heads();
    let counter = tokio::spawn(async move {
        let mut commits_seen = 0_u64;
        loop {
            match commits.recv().await {
                Ok(_) => commits_seen += 1,
                Err(tokio::sync::broadcast::error::RecvError::Lagged(missed)) => commits_seen += missed,
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return commits_seen,
            }
        }
    });
    let began = Instant::now();
    let workers: Vec<_> = (0..submitters)
        .map(|n| {
            let community = communities[n % ledgers].clone();
            let own =
                community.accounts.iter().skip(n / ledgers * per_submitter).take(per_submitter).copied().collect();
            tokio::spawn(mix::work(lanes.clone(), community, own, Arc::clone(&stop), Arc::clone(&events)))
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(SECONDS)).await;
    stop.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.unwrap();
    }
    let rate = f64::from(u32::try_from(events.load(Ordering::Relaxed)).unwrap()) / began.elapsed().as_secs_f64();
    lanes.stop().await;
    drop(lanes);
    let commits = f64::from(u32::try_from(counter.await.unwrap()).unwrap());
    let batch = f64::from(u32::try_from(events.load(Ordering::Relaxed)).unwrap()) / commits;
    let mut rows = Vec::new();
    for community in &communities {
        rows.push(limit::read(&database, community.ledger).await);
    }
    (rate, batch, rows)
}
