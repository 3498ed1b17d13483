//! The lane when the world breaks: cut connections around COMMIT, cancelled callers, a full queue.

use super::lane_support::*;
use mingzhang_store::clock::SystemClock;
use mingzhang_store::lane::{LaneOptions, Lanes, SubmitError};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use sqlx::postgres::PgPoolOptions;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// What the proxy does to the next appends.
#[derive(Default)]
struct Switch {
    /// Cut every n-th append; 0: never.
    every: AtomicU32,
    seen: AtomicU32,
    cuts: AtomicU32,
}

/// A proxy in front of the server's socket that cuts connections while an append is under way: before it is forwarded,
/// right after, or when the answer is on its way back.
fn proxy(database: &TestDatabase, switch: &Arc<Switch>) -> (tempfile::TempDir, sqlx::postgres::PgConnectOptions) {
    let options = database.access().log(Role::Writer);
    let name = format!(".s.PGSQL.{}", options.get_port());
    let upstream = options.get_socket().unwrap().join(&name);
    let folder = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(folder.path().join(&name)).unwrap();
    let switch = Arc::clone(switch);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(&upstream).await.unwrap();
            tokio::spawn(carry(client, server, Arc::clone(&switch)));
        }
    });
    let through = options.socket(folder.path());
    (folder, through)
}

async fn carry(client: UnixStream, server: UnixStream, switch: Arc<Switch>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut buffers = (vec![0; 1 << 20], vec![0; 1 << 16]);
    let mut cutting = None;
    loop {
        tokio::select! {
            read = from_client.read(&mut buffers.0) => {
                let Ok(n @ 1..) = read else { return };
                // An append carries event bodies, and nothing else that the lane sends does.
                let append = buffers.0[..n].windows(12).any(|w| w == b"\"event_type\"");
                let seen = if append { switch.seen.fetch_add(1, Ordering::Relaxed) } else { 0 };
                let every = switch.every.load(Ordering::Relaxed);
                if append && every > 0 && seen % every == 0 {
                    let kind = switch.cuts.fetch_add(1, Ordering::Relaxed) % 3;
                    if kind == 0 { return; }
                    cutting = Some(kind);
                }
                if to_server.write_all(&buffers.0[..n]).await.is_err() { return }
                if cutting == Some(1) { return; }
            }
            read = from_server.read(&mut buffers.1) => {
                let Ok(n @ 1..) = read else { return };
                // The statement has ended on the server: the commit is durable, its answer is lost.
                if cutting == Some(2) { return; }
                if to_client.write_all(&buffers.1[..n]).await.is_err() { return }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_cut_around_the_commit_lose_nothing_and_double_nothing() {
    let bench = Bench::new().await;
    let switch = Arc::new(Switch::default());
    let (_folder, through) = proxy(&bench.database, &switch);
    let pool = PgPoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(through)
        .await
        .unwrap();
    // Small batches: an append fits one read of the proxy, so that each is cut or carried as one.
    let lanes = Lanes::start(
        pool,
        Arc::new(SystemClock),
        LaneOptions { attempts: 2, commands_per_batch: 8, ..LaneOptions::default() },
    );
    switch.every.store(2, Ordering::Relaxed);
    let mut unknown = 0;
    let mut tasks = Vec::new();
    for i in 0..120 {
        let lanes = lanes.clone();
        let ledger = bench.ledger;
        tasks.push(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(i * 10)).await;
            let one = submission(ledger, &format!("cut{i}"), Claim::take(format!("CUT-{i}")));
            let mut unknown = 0;
            loop {
                match lanes.submit(one.clone()).await {
                    Ok(accepted) => return (accepted, unknown),
                    // What is not known is asked again with the same key, as a client would.
                    Err(SubmitError::OutcomeUnknown | SubmitError::Unavailable) => unknown += 1,
                    Err(other) => panic!("cut{i}: {other:?}"),
                }
            }
        }));
    }
    for task in tasks {
        let (accepted, times) = task.await.unwrap();
        assert_eq!(accepted.events[0].event.event_type(), "unit_code_taken");
        unknown += times;
    }
    let cuts = switch.cuts.load(Ordering::Relaxed);
    assert!(cuts >= 20, "only {cuts} cuts");
    assert!(unknown > 0, "with two attempts some outcomes stay unknown and are settled by asking again");
    assert_eq!(bench.checked_log().await.len(), 121, "each command once, after {cuts} cuts");
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
