//! Verifies a ledger from its rows alone: every byte, column, hash, posting and tie, the rows of its commands, against the
//! head in the database and against one that was exported before.
//!
//! Reads one snapshot in chunks, checks rows on all cores, follows them in order on one; memory is bounded by the chunks
//! under way, the number of streams and 32 bytes per command. Seals of months are computed again afterwards, from the
//! bodies below them, and charges from the events of their accounts. May never happen here: a write, a repair, a finding that names personal data (there
//! is none in the log) or stops the rest from being checked.

mod certificate;
mod chain;
mod charges;
mod check;
mod head;
mod periods;
mod seals;

pub use certificate::{Certify, CertifyError};
pub use head::{ExportedHead, NotAHead};
pub use seals::{Claim, Recount};

use crate::error::StoreError;
use crate::merkle::Hash;
use chain::{Chain, CommandRow};
use check::{Known, Row};
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::LedgerId;
use sqlx::{PgConnection, PgPool};
use std::collections::VecDeque;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Rows per chunk: about 1 MB.
const CHUNK: i64 = 1_000;
/// Findings kept; the rest is only counted.
const KEPT: usize = 1_000;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Positions are missing.
    Gap,
    /// A column says another thing than the body.
    Column,
    /// The stored leaf hash is not that of the body.
    LeafHash,
    /// The body is no event that this build knows.
    Unreadable,
    /// The body is not canonical.
    Canonical,
    /// Postings are not what the fact posts, or do not balance.
    Postings,
    /// A stream's versions or kind do not follow each other.
    Stream,
    /// The first event, or the order of time.
    Order,
    /// A fact that posts is dated in a month that was closed before it, or a month is closed while revenue waits for it.
    Period,
    /// What is sealed of a month is not what the log below the seal says.
    Seal,
    /// A charge is not what it comes to when it is computed again.
    Charge,
    /// Events and ids of a command.
    Command,
    /// A row of the command table does not fit the events, is missing or is one too many.
    CommandRow,
    /// The head in the database does not fit the rows.
    Head,
    /// The exported head does not fit the rows.
    ExportedHead,
}

impl Class {
    /// Its word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Column => "column",
            Self::LeafHash => "leaf_hash",
            Self::Unreadable => "unreadable",
            Self::Canonical => "canonical",
            Self::Postings => "postings",
            Self::Stream => "stream",
            Self::Order => "order",
            Self::Period => "period",
            Self::Seal => "seal",
            Self::Charge => "charge",
            Self::Command => "command",
            Self::CommandRow => "command_row",
            Self::Head => "head",
            Self::ExportedHead => "exported_head",
        }
    }
}

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The position it shows at.
    pub position: i64,
    /// What kind of fault.
    pub class: Class,
    /// In words, without values of the body.
    pub message: String,
}

/// What a verification saw.
#[derive(Debug, Clone)]
pub struct Report {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// Events read.
    pub events: u64,
    /// Root over the bodies as they are.
    pub root: Hash,
    /// Of the newest event.
    pub recorded_at: Option<Instant>,
    /// Seals of months, each computed again.
    pub seals: usize,
    /// Charges, each computed again.
    pub charges: usize,
    /// The first thousand findings, by position.
    pub findings: Vec<Found>,
    /// How many there are.
    pub total: usize,
}

impl Report {
    /// True when everything holds.
    pub fn is_clean(&self) -> bool {
        self.total == 0
    }
}

/// Every ledger that has a head or an event, ordered by id.
///
/// # Errors
/// [`StoreError`].
pub async fn ledgers(conn: &mut PgConnection) -> Result<Vec<LedgerId>, StoreError> {
    let rows = sqlx::query_file!("sql/verify_ledgers.sql").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| LedgerId(row.ledger_id)).collect())
}

/// Verifies one ledger with the auditor's pool; `progress` is told how many events are done.
///
/// # Errors
/// [`StoreError`] only when the database does not answer: whatever lies in the rows is a finding.
pub async fn ledger(
    pool: &PgPool,
    ledger: LedgerId,
    exported: Option<ExportedHead>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Report, StoreError> {
    let mut snapshot = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let stored = sqlx::query_file!("sql/verify_head.sql", ledger.uuid()).fetch_optional(&mut *snapshot).await?;
    let mut chain = Chain::new(exported);
    let mut findings = Findings::default();
    if let Some(head) = exported.filter(|head| head.ledger_id != ledger) {
        let message = format!("the exported head is of ledger {}", head.ledger_id);
        findings.take(vec![Found { position: 0, class: Class::ExportedHead, message }]);
    }
    read(&mut snapshot, ledger, |known, found| {
        findings.take(found);
        let mut ties = Vec::new();
        known.iter().for_each(|row| chain.follow(row, &mut ties));
        findings.take(ties);
        progress(chain.frontier.size());
    })
    .await?;
    read_commands(&mut snapshot, ledger, |rows| {
        let mut found = Vec::new();
        chain.match_commands(rows, &mut found);
        findings.take(found);
    })
    .await?;
    snapshot.rollback().await?;
    let mut last = Vec::new();
    chain.finish(&mut last);
    let stored = stored.map(|row| (row.size, row.root, row.frontier, row.recorded_at));
    compare_head(&chain, stored, &mut last);
    last.extend(seals::check(pool, ledger, chain.claims()).await?);
    let (charges, other) = charges::check(pool, ledger, &chain.accounts()).await?;
    last.extend(other);
    findings.take(last);
    Ok(findings.report(ledger, &chain, charges))
}

/// Reads all rows in order and hands each chunk on, checked, in order.
async fn read(
    conn: &mut PgConnection,
    ledger: LedgerId,
    mut each: impl FnMut(Vec<Known>, Vec<Found>),
) -> Result<(), StoreError> {
    let under_way = std::thread::available_parallelism().map_or(2, |cores| 2 * cores.get());
    let mut checking: VecDeque<JoinHandle<(Vec<Known>, Vec<Found>)>> = VecDeque::new();
    let mut after = i64::MIN;
    loop {
        let rows =
            sqlx::query_file_as!(Row, "sql/verify_rows.sql", ledger.uuid(), after, CHUNK).fetch_all(&mut *conn).await?;
        let Some(last) = rows.last() else { break };
        after = last.position;
        checking.push_back(tokio::task::spawn_blocking(move || check::rows(ledger, rows)));
        if checking.len() >= under_way {
            hand_on(checking.pop_front(), &mut each).await?;
        }
    }
    while !checking.is_empty() {
        hand_on(checking.pop_front(), &mut each).await?;
    }
    Ok(())
}

/// Reads the rows of all commands.
async fn read_commands(
    conn: &mut PgConnection,
    ledger: LedgerId,
    mut each: impl FnMut(&[CommandRow]),
) -> Result<(), StoreError> {
    let mut after: Option<Uuid> = None;
    loop {
        let rows = sqlx::query_file_as!(CommandRow, "sql/verify_commands.sql", ledger.uuid(), after, CHUNK);
        let rows = rows.fetch_all(&mut *conn).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.command_id);
        each(&rows);
    }
}

async fn hand_on(
    checking: Option<JoinHandle<(Vec<Known>, Vec<Found>)>>,
    each: &mut impl FnMut(Vec<Known>, Vec<Found>),
) -> Result<(), StoreError> {
    if let Some(checking) = checking {
        let (known, found) = checking.await.map_err(|error| StoreError::Halted(error.to_string()))?;
        each(known, found);
    }
    Ok(())
}

/// The head row must say what the rows are.
fn compare_head(chain: &Chain, stored: Option<(i64, Vec<u8>, Vec<u8>, Instant)>, found: &mut Vec<Found>) {
    let events = chain.frontier.size();
    let position = i64::try_from(events).unwrap_or(i64::MAX);
    let mut find = |message: String| found.push(Found { position, class: Class::Head, message });
    let Some((size, root, frontier, recorded_at)) = stored else {
        find("the ledger has no head".into());
        return;
    };
    if u64::try_from(size) != Ok(events) {
        find(format!("the head knows {size} events, the log has {events}"));
        return;
    }
    if root != chain.frontier.root() {
        find("the head's root is not that of the log".into());
    }
    if frontier != chain.frontier.to_bytes() {
        find("the head's frontier is not that of the log".into());
    }
    if chain.recorded_at.is_some_and(|at| at != recorded_at) {
        find("the head's time is not that of the newest event".into());
    }
}

#[derive(Debug, Default)]
struct Findings {
    kept: Vec<Found>,
    total: usize,
}

impl Findings {
    fn take(&mut self, found: Vec<Found>) {
        self.total += found.len();
        let room = KEPT.saturating_sub(self.kept.len());
        self.kept.extend(found.into_iter().take(room));
    }

    fn report(mut self, ledger_id: LedgerId, chain: &Chain, charges: usize) -> Report {
        self.kept.sort_by_key(|found| found.position);
        Report {
            ledger_id,
            events: chain.frontier.size(),
            root: chain.frontier.root(),
            recorded_at: chain.recorded_at,
            seals: chain.claims().len(),
            charges,
            findings: self.kept,
            total: self.total,
        }
    }
}
