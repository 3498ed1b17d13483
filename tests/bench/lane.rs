//! Durable events per second through the lane, against the same rows by UNNEST, 1,000 per commit.

use super::community::Community;
use super::report::Figure;
use super::{ROUNDS, community, database, limit, median, mix};
use mingzhang_domain::id::LedgerId;
use mingzhang_store::clock::SystemClock;
use mingzhang_store::lane::{LaneOptions, Lanes};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

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
    let filled = fill(&database, ledgers, submitters, SECONDS).await;
    let mut rows = Vec::new();
    for community in &filled.communities {
        rows.push(limit::read(&database, community.ledger).await);
    }
    (filled.rate, filled.batch, rows)
}

/// What a run of the mix left.
pub(crate) struct Filled {
    pub(crate) communities: Vec<Community>,
    /// Events per second.
    rate: f64,
    /// Events per commit and ledger.
    batch: f64,
}

/// Opens ledgers and runs the demo mix in them for some seconds.
pub(crate) async fn fill(database: &TestDatabase, ledgers: usize, submitters: usize, seconds: u64) -> Filled {
    let pool = database.pool(Role::Writer).await.unwrap();
    let lanes = Lanes::start(pool, Arc::new(SystemClock), LaneOptions::default());
    let per_submitter = 4;
    let mut communities = Vec::new();
    for n in 0..ledgers {
        communities.push(community::open(&lanes, n, submitters / ledgers * per_submitter).await);
    }
    let (stop, events) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let counter = tokio::spawn(count_commits(lanes.heads()));
    let began = Instant::now();
    let workers: Vec<_> = (0..submitters)
        .map(|n| {
            let community = communities[n % ledgers].clone();
            let own =
                community.accounts.iter().skip(n / ledgers * per_submitter).take(per_submitter).copied().collect();
            tokio::spawn(mix::work(lanes.clone(), community, own, Arc::clone(&stop), Arc::clone(&events)))
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.unwrap();
    }
    let rate = per_second(events.load(Ordering::Relaxed), began);
    lanes.stop().await;
    drop(lanes);
    let commits = f64::from(u32::try_from(counter.await.unwrap()).unwrap());
    let batch = f64::from(u32::try_from(events.load(Ordering::Relaxed)).unwrap()) / commits;
    Filled { communities, rate, batch }
}

async fn count_commits(mut commits: broadcast::Receiver<(LedgerId, u64)>) -> u64 {
    let mut seen = 0;
    loop {
        match commits.recv().await {
            Ok(_) => seen += 1,
            Err(RecvError::Lagged(missed)) => seen += missed,
            Err(RecvError::Closed) => return seen,
        }
    }
}

/// So many, since then, per second.
pub(crate) fn per_second(count: u64, began: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / began.elapsed().as_secs_f64()
}
