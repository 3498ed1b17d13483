//! One client, one command at a time, against a raw insert of the same row and nothing else.

use super::report::Figure;
use super::{ROUNDS, community, database, limit, median, mix};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::lane::{LaneOptions, Lanes};
use mingzhang_store::postgres::Role;
use std::sync::Arc;
use std::time::Instant;

/// Commands per round.
const COMMANDS: u32 = 2_000;

pub(crate) async fn run() -> Vec<Figure> {
    let (mut values, mut limits) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // On a worker of the runtime, where a handler would be, and not on the thread that only waits for it.
        let (value, limit) = tokio::spawn(round()).await.unwrap();
        values.push(value);
        limits.push(limit);
    }
    let (value, limit) = (median(values), median(limits));
    vec![Figure {
        case: "single_client".into(),
        value,
        unit: "microseconds/command",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: "warm, aim at most 1.5".into(),
    }]
}

/// Microseconds of a command, and of a raw insert of what it wrote.
async fn round() -> (f64, f64) {
    let database = database().await;
    let pool = database.pool(Role::Writer).await.unwrap();
    let lanes = Lanes::start(pool, Arc::new(SystemClock), LaneOptions::default());
    let community = community::open(&lanes, 0, 200).await;
    let today = CivilDate::of_instant(SystemClock.now()).unwrap();
    for account in &community.accounts {
        community::submit(&lanes, community.ledger, mix::charge(&community, *account, today)).await.unwrap();
    }
    let began = Instant::now();
    for account in community.accounts.iter().cycle().take(usize::try_from(COMMANDS).unwrap()) {
        community::submit(&lanes, community.ledger, mix::charge(&community, *account, today)).await.unwrap();
    }
    let value = began.elapsed().as_secs_f64() * 1e6 / f64::from(COMMANDS);
    lanes.stop().await;
    let rows = limit::read(&database, community.ledger, 0).await;
    (value, limit::one_by_one(rows, usize::try_from(COMMANDS).unwrap()).await)
}
