//! The read models against a real Postgres: live equals rebuilt, from any prefix, in any batches, after any restart.

mod books;
mod figures;
mod generations;
mod live;
mod plans;
mod queries;
mod reactor;
mod tables;
mod town;
mod vouchers;

use mingzhang_domain::envelope::Recorded;
use mingzhang_projections::digest::{self, TableDigest};
use mingzhang_projections::projection::Models;
use mingzhang_projections::runner::{RunnerOptions, catch_up};
use mingzhang_projections::sink::Place;
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;

/// A database with pools of the roles that take part.
struct Stage {
    database: TestDatabase,
    writer: PgPool,
    projector: PgPool,
    reader: PgPool,
    auditor: PgPool,
}

async fn stage() -> Stage {
    let database =
        TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap();
    Stage {
        writer: database.pool(Role::Writer).await.unwrap(),
        projector: database.pool(Role::Projector).await.unwrap(),
        reader: database.pool(Role::Reader).await.unwrap(),
        auditor: database.pool(Role::Auditor).await.unwrap(),
        database,
    }
}

impl Stage {
    async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.database.access().log(Role::Owner)).await.unwrap()
    }

    /// Appends what the lane would, in one commit; its tree is not looked at here.
    async fn append(&self, events: &[Recorded]) {
        let mut transaction = self.writer.begin().await.unwrap();
        for event in events {
            append(&mut transaction, event, &event.body().unwrap()).await;
        }
        transaction.commit().await.unwrap();
    }

    /// Appends an event with other bytes than its own.
    async fn append_body(&self, event: &Recorded, body: &[u8]) {
        append(&mut self.writer.acquire().await.unwrap(), event, body).await;
    }

    async fn catch_up(&self, events_per_batch: u32) -> usize {
        let options = RunnerOptions { events_per_batch, kept_rows: 1_000, ..RunnerOptions::default() };
        catch_up(&self.projector, &options).await.unwrap()
    }

    /// Which generation a ledger is read from.
    async fn place(&self, ledger_id: Uuid) -> Place {
        let sql = "SELECT generation FROM read_model.checkpoint WHERE ledger_id = $1 AND is_current";
        let generation = sqlx::query_scalar(sql).bind(ledger_id).fetch_one(&self.projector).await.unwrap();
        Place { ledger_id, generation }
    }

    async fn digest(&self, ledger_id: Uuid) -> Vec<TableDigest> {
        let place = self.place(ledger_id).await;
        let mut conn = self.projector.acquire().await.unwrap();
        digest::stored(&mut conn, place).await.unwrap()
    }
}

/// The digest of a fold in memory.
fn folded(events: &[Recorded]) -> Vec<TableDigest> {
    let mut models = Models::new(true);
    events.iter().for_each(|event| models.apply(event).unwrap());
    digest::folded(&models)
}

async fn append(conn: &mut PgConnection, event: &Recorded, body: &[u8]) {
    let leaf = Sha256::new().chain_update([0]).chain_update(body).finalize();
    sqlx::query(
        "WITH grown AS (
             INSERT INTO log_head (ledger_id, size, root, frontier, recorded_at) VALUES ($1, $2, $6, ''::bytea, $7)
             ON CONFLICT (ledger_id) DO UPDATE SET size = EXCLUDED.size)
         INSERT INTO event (ledger_id, position, stream_id, stream_version, body, leaf_hash)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(event.ledger_id.uuid())
    .bind(i64::try_from(event.position).unwrap())
    .bind(event.stream.id)
    .bind(i64::try_from(event.stream_version).unwrap())
    .bind(body)
    .bind(leaf.to_vec())
    .bind(event.recorded_at)
    .execute(conn)
    .await
    .unwrap();
}
