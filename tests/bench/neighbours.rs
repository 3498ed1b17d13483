//! What others at the same database cost: a second process at the same ledger, a ledger that posts a large bill run.

use super::community::{self, Community};
use super::lane::{self, Until, Work};
use super::report::Figure;
use super::{ROUNDS, database, median, mix};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::lane::Lanes;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const SUBMITTERS: usize = 256;
const PER_SUBMITTER: usize = 4;
const SECONDS: f64 = 4.0;

/// One ledger written by two processes, against the same load by one.
pub(crate) async fn two_processes() -> Vec<Figure> {
    let (mut two, mut one) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(by_processes(1).await);
        two.push(by_processes(2).await);
    }
    let (value, limit) = (median(two), median(one));
    vec![Figure {
        case: "two_processes".into(),
        value,
        unit: "events/s",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!("{SUBMITTERS} submitters at one ledger, against one process, aim at least 0.7"),
    }]
}

async fn by_processes(count: usize) -> f64 {
    let database = database().await;
    let mut processes = Vec::new();
    for _ in 0..count {
        processes.push(lane::process(&database).await);
    }
    let community = community::open(&processes[0], 0, SUBMITTERS * PER_SUBMITTER).await;
    let work = community.accounts.chunks(PER_SUBMITTER).enumerate().map(|(n, own)| Work {
        lanes: processes[n % count].clone(),
        community: community.clone(),
        own: own.to_vec(),
    });
    let (_, rate) = lane::drive(work.collect(), Until::Seconds(SECONDS)).await;
    for lanes in processes {
        lanes.stop().await;
    }
    rate
}

/// Ledgers whose commands are timed, callers at each, and how long a caller thinks between two commands.
const OTHERS: usize = 4;
const CALLERS: usize = 4;
const THINKS: Duration = Duration::from_millis(10);
/// The bill run: so many charges, and chunks under way as its worker has them.
const CHARGES: usize = 12_000;
const UNDER_WAY: usize = 64;

/// The 99th percentile of commands of other ledgers while one posts 12,000 charges, against a quiet machine.
pub(crate) async fn noisy_ledger() -> Vec<Figure> {
    let (mut noisy, mut quiet, mut took) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let database = database().await;
        let lanes = lane::process(&database).await;
        let noise = community::open(&lanes, 0, CHARGES / 4).await;
        let mut others = Vec::new();
        for n in 1..=OTHERS {
            others.push(community::open(&lanes, n, CALLERS).await);
        }
        quiet.push(p99_while(&lanes, &others, tokio::time::sleep(Duration::from_secs(3))).await);
        let began = Instant::now();
        noisy.push(p99_while(&lanes, &others, bill_run(&lanes, &noise)).await);
        took.push(began.elapsed().as_secs_f64());
        lanes.stop().await;
    }
    let (value, limit) = (median(noisy), median(quiet));
    vec![Figure {
        case: "noisy_ledger".into(),
        value,
        unit: "microseconds at p99",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!(
            "others while {CHARGES} charges are posted in {:.1} s, against quiet, aim at most 2",
            median(took)
        ),
    }]
}

async fn bill_run(lanes: &Lanes, community: &Community) {
    let today = CivilDate::of_instant(SystemClock.now()).unwrap();
    let share = community.accounts.len() / UNDER_WAY;
    let chunks = community.accounts.chunks(share.max(1)).map(|own| {
        let (lanes, community, own) = (lanes.clone(), community.clone(), own.to_vec());
        tokio::spawn(async move {
            for account in own {
                for _ in 0..4 {
                    let charge = mix::charge(&community, account, today);
                    community::submit_bulk(&lanes, community.ledger, charge).await;
                }
            }
        })
    });
    for chunk in chunks.collect::<Vec<_>>() {
        chunk.await.unwrap();
    }
}

/// Microseconds at the 99th percentile of the callers' commands for as long as something lasts.
async fn p99_while(lanes: &Lanes, others: &[Community], lasts: impl Future<Output = ()>) -> f64 {
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = others
        .iter()
        .flat_map(|community| (0..CALLERS).map(move |n| (community.clone(), n)))
        .map(|(community, n)| tokio::spawn(call(lanes.clone(), community, n, Arc::clone(&stop))))
        .collect();
    lasts.await;
    stop.store(true, Ordering::Relaxed);
    let mut taken = Vec::new();
    for caller in callers {
        taken.extend(caller.await.unwrap());
    }
    taken.sort_unstable();
    taken[taken.len() * 99 / 100].as_secs_f64() * 1e6
}

async fn call(lanes: Lanes, community: Community, n: usize, stop: Arc<AtomicBool>) -> Vec<Duration> {
    let today = CivilDate::of_instant(SystemClock.now()).unwrap();
    let mut taken = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let sent = Instant::now();
        let charge = mix::charge(&community, community.accounts[n], today);
        community::submit(&lanes, community.ledger, charge).await.unwrap();
        taken.push(sent.elapsed());
        tokio::time::sleep(THINKS).await;
    }
    taken
}
