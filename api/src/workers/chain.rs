//! Commands that follow from one fact: what a bill run and a batch of openings have in common. Each command's id derives from
//! what it is about, so that a work that was cut off goes on where it was, in any process, and does nothing twice.

use crate::after::SERVICE;
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{CommandId, LedgerId};
use mingzhang_domain::ledger::{LedgerClock, LedgerKind};
use mingzhang_domain::refusal::{CommonRefusal, Refusal};
use mingzhang_store::lane::{Accepted, Submission, SubmitError, Urgency};
use mingzhang_store::log;
use std::sync::Arc;
use std::time::Duration;

/// How often a command is tried when the database is away.
const TRIES: u32 = 10;

/// The fact, and what its commands have in common.
#[derive(Debug, Clone)]
pub struct Chain {
    ledger: LedgerId,
    started: Recorded,
    given_at: Option<Instant>,
}

/// Every community of the installation.
pub fn communities(app: &App) -> Vec<LedgerId> {
    let companies = app.directory.children(app.directory.installation());
    let all = companies.iter().flat_map(|company| app.directory.children(company.ledger_id));
    all.filter(|ledger| ledger.kind == LedgerKind::Community).map(|ledger| ledger.ledger_id).collect()
}

/// True when a command finds its work done.
pub fn changes_nothing(refusal: &Refusal) -> bool {
    refusal.code == Refusal::from(CommonRefusal::CommandMustChangeSomething).code
}

impl Chain {
    /// The commands that follow from the fact at a position.
    ///
    /// # Errors
    /// 503 when the log cannot be read.
    pub async fn from(app: &App, ledger: LedgerId, position: i64) -> Result<Self, Problem> {
        let position = u64::try_from(position).map_err(|_| Problem::internal())?;
        let mut conn = app.writer.acquire().await?;
        let stored =
            log::events_between(&mut conn, ledger, position, position).await?.pop().ok_or_else(Problem::internal)?;
        drop(conn);
        let started = Recorded::from_body(&stored.body).map_err(|_| Problem::halted())?;
        let given = app.directory.ledger(ledger).is_some_and(|ledger| ledger.clock == LedgerClock::Given);
        let given_at = given.then_some(started.recorded_at);
        Ok(Self { ledger, started, given_at })
    }

    /// Submits a command under its natural key; what is busy or away is tried again, with a pause that grows.
    ///
    /// # Errors
    /// The refusal, or what stayed unknown.
    pub async fn submit(&self, app: &App, command: Arc<dyn Decide>, natural: &[&str]) -> Result<Accepted, SubmitError> {
        let mut given_at = self.given_at;
        let mut tried = 0;
        loop {
            let submission = Submission {
                ledger_id: self.ledger,
                command_id: CommandId::from_natural(self.ledger, command.operation(), natural),
                correlation_id: Some(self.started.correlation_id),
                causation_id: Some(self.started.event_id),
                actor: SERVICE,
                request_digest: [0; 32],
                command: Arc::clone(&command),
                vault: Vec::new(),
                given_at,
                urgency: Urgency::Bulk,
            };
            match app.lanes.submit(submission).await {
                // The ledger has been handed over to the system's clock since.
                Err(SubmitError::GivenClock) if given_at.is_some() => given_at = None,
                Err(SubmitError::Busy | SubmitError::Unavailable | SubmitError::OutcomeUnknown) if tried < TRIES => {
                    tried += 1;
                    tokio::time::sleep(Duration::from_millis(50) * (1 << tried.min(6))).await;
                }
                outcome => return outcome,
            }
        }
    }
}
