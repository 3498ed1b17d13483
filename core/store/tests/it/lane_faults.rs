//! The lane when the world breaks: cancelled callers, a full queue, a queue that does not move.

use super::lane_support::*;
use mingzhang_store::clock::SystemClock;
use mingzhang_store::lane::{LaneOptions, Lanes, SubmitError};
use mingzhang_store::postgres::Role;
use sqlx::{Connection, PgConnection};
use std::sync::Arc;
use std::time::Duration;

/// Lanes whose appends wait for a lock that somebody holds on the ledger's head, until it is let go.
async fn held_up(bench: &Bench, options: LaneOptions) -> (Lanes, PgConnection) {
    let lanes = Lanes::start(bench.database.pool(Role::Writer).await.unwrap(), Arc::new(SystemClock), options);
    let mut holder = PgConnection::connect_with(&bench.database.access().log(Role::Owner)).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT FROM log_head FOR UPDATE").execute(&mut holder).await.unwrap();
    (lanes, holder)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_would_wait_too_long_is_told_at_once() {
    let bench = Bench::new().await;
    let (lanes, holder) = held_up(&bench, LaneOptions::default()).await;
    let ledger = bench.ledger;
    let wait = |n: u32| {
        let lanes = lanes.clone();
        let one = submission(ledger, &format!("w{n}"), Claim::take(format!("W-{n}")));
        async move { lanes.submit(one).await }
    };
    let first = tokio::spawn(wait(1));
    tokio::time::sleep(Duration::from_millis(100)).await;
    // The first is with the writer, the second waits; whoever comes late finds somebody who has waited for long.
    let second = tokio::spawn(wait(2));
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert!(matches!(wait(3).await, Err(SubmitError::Busy)));
    holder.close().await.unwrap();
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    wait(3).await.unwrap();
    assert_eq!(bench.checked_log().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_answer_leaves_the_outcome_unknown_and_the_same_key_settles_it() {
    let bench = Bench::new().await;
    let patience = Duration::from_millis(300);
    let (lanes, holder) = held_up(&bench, LaneOptions { patience, ..LaneOptions::default() }).await;
    let one = submission(bench.ledger, "silent", Claim::take("SILENT"));
    assert!(matches!(lanes.submit(one.clone()).await, Err(SubmitError::OutcomeUnknown)));
    holder.close().await.unwrap();
    let settled = lanes.submit(one.clone()).await.unwrap();
    assert_eq!(lanes.submit(one).await.unwrap().first_position, settled.first_position);
    assert_eq!(bench.checked_log().await.len(), 2, "the appends that were given up did not happen too");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_requests_leave_no_open_transaction_and_lose_nothing() {
    let bench = Bench::new().await;
    for round in 0..20 {
        let mut tasks = Vec::new();
        for i in 0..100 {
            let lanes = bench.lanes.clone();
            let one = submission(bench.ledger, &format!("x{round}-{i}"), Claim::take(format!("X-{round}-{i}")));
            tasks.push(tokio::spawn(async move { lanes.submit(one).await }));
        }
        tokio::task::yield_now().await;
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
    // Stopping waits for what was taken.
    bench.lanes.stop().await;
    let pool = bench.database.pool(Role::Auditor).await.unwrap();
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    let open: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
    assert_eq!(open, 0);
    let log = bench.checked_log().await;
    assert!(log.len() <= 2_001, "no command twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_so_at_once() {
    let bench = Bench::new().await;
    let pool = bench.database.pool(Role::Writer).await.unwrap();
    let options = LaneOptions { queue: 8, writers: 1, ..LaneOptions::default() };
    let lanes = Lanes::start(pool, Arc::new(SystemClock), options);
    let tasks: Vec<_> = (0..200)
        .map(|i| {
            let (lanes, ledger) = (lanes.clone(), bench.ledger);
            tokio::spawn(async move {
                lanes.submit(submission(ledger, &format!("q{i}"), Claim::take(format!("Q-{i}")))).await
            })
        })
        .collect();
    let (mut applied, mut busy) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => applied += 1,
            Err(SubmitError::Busy) => busy += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(busy > 0 && applied >= 8, "{applied} applied, {busy} busy");
    assert_eq!(bench.checked_log().await.len(), applied + 1);
}
