//! The rows of one append, as columns over all its ledgers, and the statement that writes them.

use super::decide::{Turn, Verdict};
use crate::error::{StoreError, is_away, is_shutdown, signed};
use crate::log::Head;
use crate::sabotage::{Sabotage, WINDOW};
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::LedgerId;
use rand::RngExt;
use sqlx::PgConnection;
use std::collections::HashSet;
use uuid::Uuid;

/// Sealed personal data on its way into the vault.
#[derive(Debug, Clone)]
pub struct NewVaultItem {
    /// Names it in events.
    pub item_id: Uuid,
    /// Whose data it is: the key it is sealed under.
    pub subject_id: Uuid,
    /// Of the cipher.
    pub nonce: Vec<u8>,
    /// Sealed bytes.
    pub ciphertext: Vec<u8>,
}

/// A decided event, numbered and hashed.
#[derive(Debug)]
pub(super) struct EventRow {
    pub(super) position: u64,
    pub(super) stream_id: Uuid,
    pub(super) stream_version: u64,
    pub(super) body: Vec<u8>,
    pub(super) leaf_hash: [u8; 32],
}

/// What became of an append.
#[derive(Debug)]
pub(super) enum Append {
    /// Committed; for these ledgers the fence was passed.
    Committed(HashSet<LedgerId>),
    /// Not committed: one of the commands was applied before.
    CommandKnown,
    /// Not committed: worth trying again as it is.
    Again,
    /// Not committed: the database cannot write now.
    Away(sqlx::Error),
    /// Not committed: the database refused some row.
    Refused(sqlx::Error),
    /// Perhaps committed.
    Unknown(sqlx::Error),
}

/// Columns of the append statement.
#[derive(Debug, Default)]
pub(super) struct Rows {
    head_ledger: Vec<Uuid>,
    old_size: Vec<i64>,
    old_root: Vec<Vec<u8>>,
    new_size: Vec<i64>,
    new_root: Vec<Vec<u8>>,
    frontier: Vec<Vec<u8>>,
    recorded_at: Vec<Instant>,
    by_system_clock: Vec<bool>,
    event_ledger: Vec<Uuid>,
    position: Vec<i64>,
    stream_id: Vec<Uuid>,
    stream_version: Vec<i64>,
    body: Vec<Vec<u8>>,
    leaf_hash: Vec<Vec<u8>>,
    command_ledger: Vec<Uuid>,
    command_id: Vec<Uuid>,
    request_digest: Vec<Vec<u8>>,
    first_position: Vec<i64>,
    last_position: Vec<i64>,
    item_ledger: Vec<Uuid>,
    item_id: Vec<Uuid>,
    subject_id: Vec<Uuid>,
    nonce: Vec<Vec<u8>>,
    ciphertext: Vec<Vec<u8>>,
}

impl Rows {
    /// Adds what a lane has decided; moves the event rows out of the turn.
    pub(super) fn add(&mut self, turn: &mut Turn, old: &Head) -> Result<(), StoreError> {
        let ledger = turn.lane.ledger_id.uuid();
        let Some(new) = &turn.new_head else { return Ok(()) };
        self.head_ledger.push(ledger);
        self.old_size.push(signed(old.size())?);
        self.old_root.push(old.root.to_vec());
        self.new_size.push(signed(new.size())?);
        self.new_root.push(new.root.to_vec());
        self.frontier.push(new.frontier.to_bytes());
        self.recorded_at.push(new.recorded_at);
        self.by_system_clock.push(turn.by_system_clock);
        for row in turn.rows.drain(..) {
            self.event_ledger.push(ledger);
            self.position.push(signed(row.position)?);
            self.stream_id.push(row.stream_id);
            self.stream_version.push(signed(row.stream_version)?);
            self.body.push(row.body);
            self.leaf_hash.push(row.leaf_hash.to_vec());
        }
        for item in &turn.items {
            let Verdict::Applied { first, last, .. } = &item.verdict else { continue };
            self.command_ledger.push(ledger);
            let command_id = item.pending.submission.command_id.uuid();
            let forgotten = || Uuid::from_u128(rand::rng().random());
            self.command_id.push(if Sabotage::ForgetCommands.is_armed() { forgotten() } else { command_id });
            self.request_digest.push(item.pending.submission.request_digest.to_vec());
            self.first_position.push(signed(*first)?);
            self.last_position.push(signed(*last)?);
            for sealed in &item.pending.submission.vault {
                self.item_ledger.push(ledger);
                self.item_id.push(sealed.item_id);
                self.subject_id.push(sealed.subject_id);
                self.nonce.push(sealed.nonce.clone());
                self.ciphertext.push(sealed.ciphertext.clone());
            }
        }
        if Sabotage::AnswerBeforeCommit.is_armed() {
            turn.answer();
        }
        Ok(())
    }

    /// True when no lane has decided anything.
    pub(super) fn is_empty(&self) -> bool {
        self.head_ledger.is_empty()
    }

    /// The one append: a single statement, so a single round trip and a single commit; or, where its heads are held, the
    /// last statement of the transaction that holds them.
    pub(super) async fn append(&self, conn: &mut PgConnection, held: bool) -> Append {
        if Sabotage::AnswerBeforeCommit.is_armed() {
            tokio::time::sleep(WINDOW).await;
        }
        let answer = sqlx::query_file!(
            "sql/append.sql",
            &self.head_ledger,
            &self.old_size,
            &self.old_root,
            &self.new_size,
            &self.new_root,
            &self.frontier,
            &self.recorded_at,
            &self.by_system_clock,
            &self.event_ledger,
            &self.position,
            &self.stream_id,
            &self.stream_version,
            &self.body,
            &self.leaf_hash,
            &self.command_ledger,
            &self.command_id,
            &self.request_digest,
            &self.first_position,
            &self.last_position,
            &self.item_ledger,
            &self.item_id,
            &self.subject_id,
            &self.nonce,
            &self.ciphertext,
        )
        .fetch_all(&mut *conn)
        .await;
        if held
            && answer.is_ok()
            && let Err(error) = sqlx::raw_sql("COMMIT").execute(conn).await
        {
            return Append::Unknown(error);
        }
        match answer {
            Ok(rows) => Append::Committed(rows.into_iter().map(|row| LedgerId(row.ledger_id)).collect()),
            Err(error) => classify(error),
        }
    }
}

/// What an error of the append says about the commit. An answer of the database means that nothing was committed, unless
/// it tells that the connection ends.
fn classify(error: sqlx::Error) -> Append {
    let sqlx::Error::Database(answer) = &error else { return Append::Unknown(error) };
    if is_shutdown(answer.as_ref()) {
        return Append::Unknown(error);
    }
    if is_away(answer.as_ref()) {
        return Append::Away(error);
    }
    match (answer.code().as_deref(), answer.constraint()) {
        (_, Some("command_pkey")) => Append::CommandKnown,
        // Deadlock and serialisation failure, and the primary keys behind the fence: somebody was first.
        (Some("40P01" | "40001"), _) | (_, Some("event_pkey" | "event_stream_version_unique")) => Append::Again,
        _ => Append::Refused(error),
    }
}
