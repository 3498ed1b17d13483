//! Reading the log again: `verify` as the auditor runs it, and the rebuild of every read model against plain copies.

use super::report::Figure;
use super::{ROUNDS, database, lane, median};
use mingzhang_projections::rebuild::{RebuildOptions, rebuild};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_store::verify;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Ledgers, and seconds of the demo mix in them.
const LEDGERS: usize = 4;
const SECONDS: u32 = 6;

/// Parsing, canonical check, postings, tree: events per second over all cores.
pub(crate) async fn verify() -> Vec<Figure> {
    let database = database().await;
    lane::fill(&database, LEDGERS, 64, SECONDS).await;
    let pool = database.pool(Role::Auditor).await.unwrap();
    let mut values = Vec::new();
    for _ in 0..ROUNDS {
        let ledgers = verify::ledgers(&mut pool.acquire().await.unwrap()).await.unwrap();
        let (began, mut events) = (Instant::now(), 0);
        for ledger in ledgers {
            let report = verify::ledger(&pool, ledger, None, &|_| {}).await.unwrap();
            assert!(report.is_clean(), "{:?}", report.findings);
            events += report.events;
        }
        values.push(lane::per_second(events, began));
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let value = median(values);
    let each = value / f64::from(u32::try_from(cores).unwrap());
    vec![Figure {
        case: "verify".into(),
        value,
        unit: "events/s",
        limit: None,
        ratio: None,
        remark: format!("{each:.0} per core on {cores} cores, Postgres beside it"),
    }]
}

/// All read models, against binary COPY out of the log plus binary COPY in of the very rows plus their indexes.
pub(crate) async fn rebuilding() -> Vec<Figure> {
    let database = database().await;
    lane::fill(&database, LEDGERS, 64, SECONDS).await;
    let pool = database.pool(Role::Projector).await.unwrap();
    let (mut values, mut limits, mut rows_seen) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let options = RebuildOptions {
            ledgers: None,
            workers: 2,
            progress: Arc::new(|_| {}),
            interrupt: Arc::new(AtomicBool::new(false)),
        };
        let began = Instant::now();
        let rebuilt = rebuild(&pool, &options).await.unwrap();
        values.push(lane::per_second(rebuilt.events, began));
        rows_seen = rebuilt.rows;
        limits.push(copies(&database, rebuilt.events).await);
    }
    let (value, limit) = (median(values), median(limits));
    vec![Figure {
        case: "rebuild".into(),
        value,
        unit: "events/s",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!("{rows_seen} rows, two workers, aim 0.6"),
    }]
}

/// Events per second of the copies alone.
async fn copies(database: &TestDatabase, events: u64) -> f64 {
    let mut owner = PgConnection::connect_with(&database.access().log(Role::Owner)).await.unwrap();
    let sql =
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'read_model' AND tablename NOT LIKE '%checkpoint%'
        AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = format('read_model.%I', tablename)::regclass)";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut owner).await.unwrap();
    execute(&mut owner, "CREATE SCHEMA limits".to_owned()).await;
    let mut kept = Vec::new();
    for table in tables {
        let rows = copy_out(&mut owner, &format!("SELECT * FROM read_model.{table}")).await;
        execute(&mut owner, format!("CREATE TABLE limits.{table} (LIKE read_model.{table})")).await;
        let sql = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'read_model' AND tablename = $1";
        let indexes: Vec<String> = sqlx::query_scalar(sql).bind(&table).fetch_all(&mut owner).await.unwrap();
        kept.push((table, rows, indexes));
    }
    let began = Instant::now();
    drop(copy_out(&mut owner, "SELECT body FROM event ORDER BY ledger_id, position").await);
    for (table, rows, indexes) in kept {
        let mut copy = owner.copy_in_raw(&format!("COPY limits.{table} FROM STDIN (FORMAT binary)")).await.unwrap();
        copy.send(rows).await.unwrap();
        copy.finish().await.unwrap();
        for index in indexes {
            let here = index.replace(" ON ONLY read_model.", " ON limits.").replace(" ON read_model.", " ON limits.");
            execute(&mut owner, here).await;
        }
    }
    let rate = lane::per_second(events, began);
    execute(&mut owner, "DROP SCHEMA limits CASCADE".to_owned()).await;
    rate
}

async fn copy_out(owner: &mut PgConnection, query: &str) -> Vec<u8> {
    use futures_util::TryStreamExt;
    let stream = owner.copy_out_raw(&format!("COPY ({query}) TO STDOUT (FORMAT binary)")).await.unwrap();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    chunks.concat()
}

async fn execute(owner: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(owner).await.unwrap();
}
