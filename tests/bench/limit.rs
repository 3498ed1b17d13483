//! The limit of the lane: the very rows it wrote, into the same tables and indexes, by UNNEST, 1,000 per commit.

use super::database;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use sqlx::PgPool;
use std::time::Instant;
use uuid::Uuid;

/// Rows per commit.
const CHUNK: usize = 1_000;

/// Rows of one ledger as columns.
#[derive(Default, Clone)]
pub(crate) struct Rows {
    ledger: Uuid,
    position: Vec<i64>,
    stream_id: Vec<Uuid>,
    stream_version: Vec<i64>,
    body: Vec<Vec<u8>>,
    leaf_hash: Vec<Vec<u8>>,
    commands: Vec<(Uuid, i64, i64)>,
}

/// Reads what the lane wrote after a position.
pub(crate) async fn read(database: &TestDatabase, ledger: LedgerId, after: i64) -> Rows {
    let pool = database.pool(Role::Auditor).await.unwrap();
    let mut rows = Rows { ledger: ledger.uuid(), ..Rows::default() };
    let sql =
        "SELECT position, stream_id, stream_version, body, leaf_hash FROM event WHERE ledger_id = $1 AND position > $2
        ORDER BY position";
    type Row = (i64, Uuid, i64, Vec<u8>, Vec<u8>);
    for (position, stream, version, body, leaf) in
        sqlx::query_as::<_, Row>(sql).bind(ledger.uuid()).bind(after).fetch_all(&pool).await.unwrap()
    {
        rows.position.push(position);
        rows.stream_id.push(stream);
        rows.stream_version.push(version);
        rows.body.push(body);
        rows.leaf_hash.push(leaf);
    }
    let sql =
        "SELECT command_id, first_position, last_position FROM command WHERE ledger_id = $1 AND first_position > $2
        ORDER BY first_position";
    rows.commands = sqlx::query_as(sql).bind(ledger.uuid()).bind(after).fetch_all(&pool).await.unwrap();
    rows
}

/// Events per second of writing them again with so many connections.
pub(crate) async fn unnest(rows: Vec<Rows>, connections: usize) -> f64 {
    let database = database().await;
    let pool = database.pool(Role::Writer).await.unwrap();
    let total: usize = rows.iter().map(|rows| rows.position.len()).sum();
    let mut shares: Vec<Vec<Rows>> = vec![Vec::new(); connections];
    for (n, rows) in rows.into_iter().enumerate() {
        shares[n % connections].push(rows);
    }
    let began = Instant::now();
    let writers: Vec<_> = shares.into_iter().map(|share| tokio::spawn(write(pool.clone(), share))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
    f64::from(u32::try_from(total).unwrap()) / began.elapsed().as_secs_f64()
}

async fn write(pool: PgPool, share: Vec<Rows>) {
    let mut conn = pool.acquire().await.unwrap();
    let sql = "WITH events AS (
        INSERT INTO event (ledger_id, position, stream_id, stream_version, body, leaf_hash)
        SELECT $1, * FROM UNNEST($2::bigint[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bytea[])
      ) INSERT INTO command (ledger_id, command_id, request_digest, first_position, last_position)
        SELECT $1, id, decode(repeat('07', 32), 'hex'), first, last
        FROM UNNEST($7::uuid[], $8::bigint[], $9::bigint[]) AS command (id, first, last)";
    for rows in share {
        let mut commands = rows.commands.iter().peekable();
        for from in (0..rows.position.len()).step_by(CHUNK) {
            let until = (from + CHUNK).min(rows.position.len());
            let last = rows.position[until - 1];
            let mut mine: (Vec<Uuid>, Vec<i64>, Vec<i64>) = Default::default();
            while let Some((id, first, end)) = commands.next_if(|command| command.1 <= last) {
                mine.0.push(*id);
                mine.1.push(*first);
                mine.2.push(*end);
            }
            sqlx::query(sql)
                .bind(rows.ledger)
                .bind(&rows.position[from..until])
                .bind(&rows.stream_id[from..until])
                .bind(&rows.stream_version[from..until])
                .bind(&rows.body[from..until])
                .bind(&rows.leaf_hash[from..until])
                .bind(&mine.0)
                .bind(&mine.1)
                .bind(&mine.2)
                .execute(&mut *conn)
                .await
                .unwrap();
        }
    }
}

/// Microseconds per row of writing the last rows again, one row and its command per commit.
pub(crate) async fn one_by_one(rows: Rows, last: usize) -> f64 {
    let database = database().await;
    let pool = database.pool(Role::Writer).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    let sql = "WITH event AS (
        INSERT INTO event (ledger_id, position, stream_id, stream_version, body, leaf_hash) VALUES ($1, $2, $3, $4, $5, $6)
      ) INSERT INTO command (ledger_id, command_id, request_digest, first_position, last_position)
        VALUES ($1, $7, decode(repeat('07', 32), 'hex'), $2, $2)";
    let from = rows.position.len() - last;
    let began = Instant::now();
    for at in from..rows.position.len() {
        sqlx::query(sql)
            .bind(rows.ledger)
            .bind(rows.position[at])
            .bind(rows.stream_id[at])
            .bind(rows.stream_version[at])
            .bind(&rows.body[at])
            .bind(&rows.leaf_hash[at])
            .bind(Uuid::from_u128(u128::try_from(at).unwrap()))
            .execute(&mut *conn)
            .await
            .unwrap();
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(last).unwrap())
}
