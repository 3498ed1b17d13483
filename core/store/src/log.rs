//! Reading the log: heads, stretches of events, commands already answered. The only writer is the lane.

use crate::error::{StoreError, signed, unsigned};
use crate::merkle::{Frontier, Hash};
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{CommandId, LedgerId};
use mingzhang_domain::known::Known;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where a ledger's log ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// Roots of the perfect subtrees; knows the size.
    pub frontier: Frontier,
    /// The root as stored.
    pub root: Hash,
    /// Of the newest event.
    pub recorded_at: Instant,
}

impl Head {
    /// Events so far: the newest position.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }
}

/// A row of the log, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// 1, 2, 3 …
    pub position: u64,
    /// The stream.
    pub stream_id: Uuid,
    /// The stream's own count.
    pub stream_version: u64,
    /// Canonical JSON, verbatim.
    pub body: Vec<u8>,
    /// As stored, not recomputed.
    pub leaf_hash: Vec<u8>,
}

/// A command that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRow {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// The command.
    pub command_id: CommandId,
    /// Keyed digest of its request.
    pub request_digest: Vec<u8>,
    /// Its first event.
    pub first_position: u64,
    /// Its last event.
    pub last_position: u64,
}

/// The heads of some ledgers, and the database's clock as of the read; a ledger without a log is left out.
///
/// # Errors
/// [`StoreError`].
pub async fn heads(conn: &mut PgConnection, ledgers: &[LedgerId]) -> Result<Vec<(Head, Instant)>, StoreError> {
    let ids: Vec<Uuid> = ledgers.iter().map(|l| l.uuid()).collect();
    let rows = sqlx::query_file!("sql/heads.sql", &ids).fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            let frontier = Frontier::from_bytes(unsigned(row.size)?, &row.frontier)
                .map_err(|e| StoreError::Halted(e.to_string()))?;
            let root = row.root.try_into().map_err(|_| StoreError::Halted("a root is not 32 bytes".into()))?;
            let head = Head { ledger_id: LedgerId(row.ledger_id), frontier, root, recorded_at: row.recorded_at };
            Ok((head, row.database_now))
        })
        .collect()
}

/// The head of one ledger.
///
/// # Errors
/// [`StoreError`].
pub async fn head(conn: &mut PgConnection, ledger: LedgerId) -> Result<Option<Head>, StoreError> {
    Ok(heads(conn, &[ledger]).await?.pop().map(|(head, _)| head))
}

/// Every ledger, ordered by id.
///
/// # Errors
/// [`StoreError`].
pub async fn ledgers(conn: &mut PgConnection) -> Result<Vec<LedgerId>, StoreError> {
    let rows = sqlx::query_file!("sql/ledgers.sql").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| LedgerId(row.ledger_id)).collect())
}

/// The next `limit` events after a position.
///
/// # Errors
/// [`StoreError`].
pub async fn read_after(
    conn: &mut PgConnection,
    ledger: LedgerId,
    after: u64,
    limit: u32,
) -> Result<Vec<StoredEvent>, StoreError> {
    sqlx::query_file!("sql/read_after.sql", ledger.uuid(), signed(after)?, i64::from(limit))
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| stored(row.position, row.stream_id, row.stream_version, row.body, row.leaf_hash))
        .collect()
}

/// The events from one position to another, both included.
///
/// # Errors
/// [`StoreError`].
pub async fn events_between(
    conn: &mut PgConnection,
    ledger: LedgerId,
    first: u64,
    last: u64,
) -> Result<Vec<StoredEvent>, StoreError> {
    sqlx::query_file!("sql/read_between.sql", ledger.uuid(), signed(first)?, signed(last)?)
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| stored(row.position, row.stream_id, row.stream_version, row.body, row.leaf_hash))
        .collect()
}

/// The leaf hashes of some events, as stored, by position.
///
/// # Errors
/// [`StoreError`].
pub async fn leaf_hashes(
    conn: &mut PgConnection,
    ledger: LedgerId,
    positions: &[u64],
) -> Result<BTreeMap<u64, Vec<u8>>, StoreError> {
    let positions: Vec<i64> = positions.iter().map(|position| signed(*position)).collect::<Result<_, _>>()?;
    let rows = sqlx::query_file!("sql/leaf_hashes.sql", ledger.uuid(), &positions).fetch_all(conn).await?;
    rows.into_iter().map(|row| Ok((unsigned(row.position)?, row.leaf_hash))).collect()
}

fn stored(
    position: i64,
    stream_id: Uuid,
    stream_version: i64,
    body: Vec<u8>,
    leaf_hash: Vec<u8>,
) -> Result<StoredEvent, StoreError> {
    Ok(StoredEvent {
        position: unsigned(position)?,
        stream_id,
        stream_version: unsigned(stream_version)?,
        body,
        leaf_hash,
    })
}

/// The last event that was known at a moment; `recorded_at` never falls, so it is found by halving.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Halted`] for a gap or a body that cannot be read.
pub async fn last_known(
    conn: &mut PgConnection,
    ledger: LedgerId,
    size: u64,
    known: Known,
) -> Result<Option<Recorded>, StoreError> {
    let (mut covered, mut beyond) = (0, size + 1);
    let mut last = None;
    while beyond - covered > 1 {
        let middle = covered + (beyond - covered) / 2;
        let stored = events_between(conn, ledger, middle, middle).await?.pop();
        let stored = stored.ok_or_else(|| StoreError::Halted(format!("position {middle} is missing; run verify")))?;
        let event = Recorded::from_body(&stored.body).map_err(|error| StoreError::Halted(error.to_string()))?;
        if known.covers(&event) {
            (covered, last) = (middle, Some(event));
        } else {
            beyond = middle;
        }
    }
    Ok(last)
}

/// Which of these commands were applied before.
///
/// # Errors
/// [`StoreError`].
pub async fn commands(
    conn: &mut PgConnection,
    wanted: &[(LedgerId, CommandId)],
) -> Result<Vec<CommandRow>, StoreError> {
    let (ledgers, ids): (Vec<Uuid>, Vec<Uuid>) = wanted.iter().map(|(l, c)| (l.uuid(), c.uuid())).unzip();
    sqlx::query_file!("sql/commands.sql", &ledgers, &ids)
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            Ok(CommandRow {
                ledger_id: LedgerId(row.ledger_id),
                command_id: CommandId(row.command_id),
                request_digest: row.request_digest,
                first_position: unsigned(row.first_position)?,
                last_position: unsigned(row.last_position)?,
            })
        })
        .collect()
}

/// The outcome of one command, if it was applied.
///
/// # Errors
/// [`StoreError`].
pub async fn command(
    conn: &mut PgConnection,
    ledger: LedgerId,
    command: CommandId,
) -> Result<Option<CommandRow>, StoreError> {
    Ok(commands(conn, &[(ledger, command)]).await?.pop())
}
