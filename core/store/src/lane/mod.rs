//! The lane: the one write path. One per ledger, served by a few writers, fenced by the ledger's head.
//!
//! A command waits in its lane's bounded queue. When a writer is free it takes what waits in several lanes, loads the
//! streams the rules want, lets each command decide on the state the one before it left, and appends everything in one
//! statement that moves each head only if it is still where the lane knew it. Only then is anybody answered. A lane that
//! another process has overtaken holds its head for a while before it decides, so that both get on.
//!
//! May never happen here: an answer before the commit; a refusal on a state that was not the newest; a decision kept
//! after a lost race; an unknown outcome settled by looking instead of by the fence.

mod batch;
mod decide;
mod queue;
mod rehearse;
mod state;
mod writer;

use crate::clock::Clock;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::{Actor, Recorded};
use mingzhang_domain::id::{CommandId, EventId, LedgerId};
use mingzhang_domain::refusal::Refusal;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, oneshot};
use tokio::time::Instant as Tick;

pub use batch::NewVaultItem;
use queue::{Pending, Shared};
pub use rehearse::Rehearsal;

/// A command on its way to its ledger.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The ledger it is for.
    pub ledger_id: LedgerId,
    /// Derived from the caller's key, or from what makes it unique in the world.
    pub command_id: CommandId,
    /// First command of the chain; absent: this one.
    pub correlation_id: Option<CommandId>,
    /// The event that a reactor answers.
    pub causation_id: Option<EventId>,
    /// Who acts.
    pub actor: Actor,
    /// Keyed digest of the request: the same key with another request is refused.
    pub request_digest: [u8; 32],
    /// The wish and its rule.
    pub command: Arc<dyn Decide>,
    /// Sealed personal data, written in the command's own commit.
    pub vault: Vec<NewVaultItem>,
    /// The instant, for ledgers that live by a given clock.
    pub given_at: Option<Instant>,
    /// Whether somebody waits for it.
    pub urgency: Urgency,
}

/// Whether somebody waits for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// A person or a callback waits.
    Interactive,
    /// A chunk of big work.
    Bulk,
}

/// A command that was applied, now or before.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// The command.
    pub command_id: CommandId,
    /// Its first event.
    pub first_position: u64,
    /// Its last event.
    pub last_position: u64,
    /// Its events, in order.
    pub events: Arc<[Recorded]>,
    /// True when it was applied before and this is its first outcome again.
    pub replayed: bool,
}

/// Why a command was not applied, or is not known to be.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// A rule said no, judged at this position of the log after the command had arrived.
    #[error("refused at position {position}: {refusal}")]
    Refused {
        /// The rule.
        refusal: Box<Refusal>,
        /// The newest position it was judged on.
        position: u64,
    },
    /// The same key came with another request before.
    #[error("the same key was used for another request")]
    KeyReused,
    /// Too many wait for this ledger, or have waited for too long; nothing was done.
    #[error("too much is waiting for this ledger")]
    Busy,
    /// The database is away; nothing was written.
    #[error("the database is not available")]
    Unavailable,
    /// The commit's outcome is not known; the same key may be sent again and gets the true outcome.
    #[error("the outcome is not known yet")]
    OutcomeUnknown,
    /// There is no such ledger.
    #[error("there is no such ledger")]
    LedgerUnknown,
    /// The machine's clock is more than five seconds off the database's, or the log is ahead of both.
    #[error("the clock differs from the database's by more than five seconds")]
    ClockSkew,
    /// An instant was given to a ledger on the system's clock, or none to a ledger on a given one.
    #[error("the ledger's clock does not fit the request")]
    GivenClock,
    /// The ledger must stop: its log cannot be read or continued by this build.
    #[error("the ledger is halted: {0}")]
    Halted(String),
    /// The database refused this command's rows; nothing was written.
    #[error("the command could not be written")]
    Failed(String),
}

/// Bounds of the lanes.
#[derive(Debug, Clone)]
pub struct LaneOptions {
    /// Writers, each with one statement under way.
    pub writers: usize,
    /// Lanes that one writer commits together.
    pub lanes_per_commit: usize,
    /// Commands of one lane in one commit.
    pub commands_per_batch: usize,
    /// Commands of big work in one commit: whoever else comes waits for no more than these.
    pub bulk_per_batch: usize,
    /// Commands that may wait in one lane.
    pub queue: usize,
    /// How long the people in a lane may wait, as far as their number and pace tell, while others still join it.
    pub waits: Duration,
    /// Streams kept folded per ledger.
    pub cached_streams: usize,
    /// How often a lost race or an unknown outcome is tried again.
    pub attempts: u32,
    /// How long the database may take over one step before its connection is given up, and how long a batch is tried.
    pub patience: Duration,
}

impl Default for LaneOptions {
    fn default() -> Self {
        Self {
            writers: 2,
            lanes_per_commit: 16,
            commands_per_batch: 512,
            bulk_per_batch: 64,
            queue: 4096,
            waits: Duration::from_millis(150),
            cached_streams: 20_000,
            attempts: 8,
            patience: Duration::from_secs(10),
        }
    }
}

/// All lanes of this process.
#[derive(Debug, Clone)]
pub struct Lanes {
    shared: Arc<Shared>,
}

impl Lanes {
    /// Starts the writers on a pool whose role may append.
    pub fn start(pool: PgPool, clock: Arc<dyn Clock>, options: LaneOptions) -> Self {
        let shared = Arc::new(Shared::new(pool, clock, options));
        for _ in 0..shared.options.writers {
            shared.writers.spawn(writer::run(Arc::clone(&shared)));
        }
        Self { shared }
    }

    /// Judges a command and appends what it decides. Dropping the future does not stop the command.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn submit(&self, submission: Submission) -> Result<Accepted, SubmitError> {
        let (answer, answered) = oneshot::channel();
        self.shared.enqueue(Pending { submission, answer, since: Tick::now() })?;
        // The writer answers everything it takes; it can only vanish with the process.
        answered.await.unwrap_or(Err(SubmitError::OutcomeUnknown))
    }

    /// Whether a command of the people would be turned away now, so that nobody prepares one in vain.
    pub fn is_busy(&self, ledger: LedgerId) -> bool {
        self.shared.is_busy(ledger)
    }

    /// Creates the empty log of a new ledger, if there is none; its first command opens it.
    ///
    /// # Errors
    /// [`SubmitError::Unavailable`].
    pub async fn create_log(&self, ledger: LedgerId) -> Result<(), SubmitError> {
        let (shared, root) = (Arc::clone(&self.shared), crate::merkle::Frontier::default().root());
        let created = tokio::spawn(async move {
            let began: Instant = Instant::UNIX_EPOCH;
            sqlx::query_file!("sql/create_head.sql", ledger.uuid(), &root[..], began).execute(&shared.pool).await
        });
        match created.await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(SubmitError::Unavailable),
        }
    }

    /// Positions as they are committed by this process: `(ledger, newest position)`.
    pub fn heads(&self) -> broadcast::Receiver<(LedgerId, u64)> {
        self.shared.heads.subscribe()
    }

    /// Takes no more commands, finishes those that wait, ends the writers.
    pub async fn stop(&self) {
        self.shared.stop();
        self.shared.writers.wait().await;
    }
}
