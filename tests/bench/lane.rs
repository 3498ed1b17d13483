//! Durable events per second through the lane, against the same rows by UNNEST, 1,000 per commit.

use super::community::Community;
use super::report::Figure;
use super::{ROUNDS, community, database, limit, median, mix};
use mingzhang_domain::id::{AccountId, LedgerId};
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
const SECONDS: u32 = 5;

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
        rows.push(limit::read(&database, community.ledger, 0).await);
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

/// How long a run of the mix lasts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// So many seconds.
    Seconds(f64),
    /// So many events.
    Events(u64),
}

/// Opens ledgers and runs the demo mix in them for some seconds.
pub(crate) async fn fill(database: &TestDatabase, ledgers: usize, submitters: usize, seconds: u32) -> Filled {
    let lanes = process(database).await;
    let per_submitter = 4;
    let mut communities = Vec::new();
    for n in 0..ledgers {
        communities.push(community::open(&lanes, n, submitters / ledgers * per_submitter).await);
    }
    let counter = tokio::spawn(count_commits(lanes.heads()));
    let work = (0..submitters).map(|n| {
        let community = communities[n % ledgers].clone();
        let own = community.accounts.iter().skip(n / ledgers * per_submitter).take(per_submitter).copied().collect();
        Work { lanes: lanes.clone(), community, own }
    });
    let (events, rate) = drive(work.collect(), Until::Seconds(f64::from(seconds))).await;
    lanes.stop().await;
    drop(lanes);
    let commits = f64::from(u32::try_from(counter.await.unwrap()).unwrap());
    Filled { communities, rate, batch: f64::from(u32::try_from(events).unwrap()) / commits }
}

/// Lanes that share nothing with others, as another process has them.
pub(crate) async fn process(database: &TestDatabase) -> Lanes {
    Lanes::start(database.pool(Role::Writer).await.unwrap(), Arc::new(SystemClock), LaneOptions::default())
}

/// What one submitter does: the mix, on accounts of its own.
pub(crate) struct Work {
    pub(crate) lanes: Lanes,
    pub(crate) community: Community,
    pub(crate) own: Vec<AccountId>,
}

/// Runs the mix; answers its events, and how many a second.
pub(crate) async fn drive(work: Vec<Work>, until: Until) -> (u64, f64) {
    let (stop, events) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let began = Instant::now();
    let start = |work: Work| {
        let (stop, events) = (Arc::clone(&stop), Arc::clone(&events));
        tokio::spawn(mix::work(work.lanes, work.community, work.own, stop, events))
    };
    let workers: Vec<_> = work.into_iter().map(start).collect();
    loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let over = match until {
            Until::Seconds(seconds) => began.elapsed().as_secs_f64() >= seconds,
            Until::Events(wanted) => events.load(Ordering::Relaxed) >= wanted,
        };
        if over {
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.unwrap();
    }
    let events = events.load(Ordering::Relaxed);
    (events, per_second(events, began))
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
