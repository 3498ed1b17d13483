//! The demo's counter: hands commands to the lanes as the API's handlers do, with ids that derive from natural keys.
//!
//! What was done by an earlier run is answered with its first outcome, so a load that was cut off anywhere is repeated
//! from the start of its chapter and ends in the same log. May never happen here: a fresh id, the machine's clock.

use super::DemoError;
use super::payer::Payer;
use crate::app::App;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::id::{CommandId, LedgerId, Purpose, derive};
use mingzhang_domain::refusal::Refusal;
use mingzhang_store::lane::{Accepted, Submission, SubmitError, Urgency};
use mingzhang_store::vault::Plain;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Commands under way at a time.
const IN_FLIGHT: usize = 384;
/// How often a command is sent again that the database could not take.
const TRIES: u32 = 8;

/// A wish of the demo.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// Which ledger.
    pub(super) ledger: LedgerId,
    /// The instant on the given clock; none on the system's.
    pub(super) at: Option<Instant>,
    /// Who acts.
    pub(super) actor: Actor,
    /// What makes it unique among the commands of its name in its ledger.
    pub(super) key: String,
    /// The wish.
    pub(super) command: Arc<dyn Decide>,
    /// What is sealed with it.
    pub(super) personal: Vec<Plain>,
}

/// What became of an order: applied, or refused by a rule.
pub(super) type Outcome = Result<Accepted, Box<Refusal>>;

/// The counter.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) app: Arc<App>,
    /// Who pays through a provider, where there is one.
    pub(super) payer: Option<Payer>,
}

impl Desk {
    /// One command; a refusal is a mistake of the demo.
    pub(super) async fn done(&self, order: Order) -> Result<Accepted, DemoError> {
        let name = order.command.operation();
        applied(name, self.tried(order).await?)
    }

    /// Commands whose order does not matter; a refusal is a mistake of the demo.
    pub(super) async fn all(&self, orders: Vec<Order>) -> Result<Vec<Accepted>, DemoError> {
        let names: Vec<_> = orders.iter().map(|order| order.command.operation()).collect();
        let outcomes = self.outcomes(orders).await?;
        names.into_iter().zip(outcomes).map(|(name, outcome)| applied(name, outcome)).collect()
    }

    /// Commands whose order does not matter, of which some may be refused; answers in the order of asking.
    pub(super) async fn outcomes(&self, orders: Vec<Order>) -> Result<Vec<Outcome>, DemoError> {
        let slots = Arc::new(Semaphore::new(IN_FLIGHT));
        let mut under_way = JoinSet::new();
        let mut outcomes: Vec<Option<Outcome>> = orders.iter().map(|_| None).collect();
        for (index, order) in orders.into_iter().enumerate() {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return Err(DemoError::Stopped) };
            let desk = self.clone();
            under_way.spawn(async move {
                let outcome = desk.tried(order).await;
                drop(slot);
                (index, outcome)
            });
        }
        while let Some(joined) = under_way.join_next().await {
            let (index, outcome) = joined.map_err(|_| DemoError::Stopped)?;
            if let Some(place) = outcomes.get_mut(index) {
                *place = Some(outcome?);
            }
        }
        Ok(outcomes.into_iter().flatten().collect())
    }

    /// Sends a command until its outcome is known.
    async fn tried(&self, order: Order) -> Result<Outcome, DemoError> {
        let mut wait = Duration::from_millis(50);
        for _ in 1..TRIES {
            match self.app.lanes.submit(self.submission(&order).await?).await {
                Err(SubmitError::Busy | SubmitError::Unavailable | SubmitError::OutcomeUnknown) => {
                    tokio::time::sleep(wait).await;
                    wait = wait.saturating_mul(2);
                }
                answered => return outcome(&order, answered),
            }
        }
        let last = self.submission(&order).await?;
        outcome(&order, self.app.lanes.submit(last).await)
    }

    async fn submission(&self, order: &Order) -> Result<Submission, DemoError> {
        let command_id = CommandId::from_natural(order.ledger, order.command.operation(), &["demo", &order.key]);
        Ok(Submission {
            ledger_id: order.ledger,
            command_id,
            correlation_id: None,
            causation_id: None,
            actor: order.actor,
            // The natural key names one wish only; there is no other request to confuse it with.
            request_digest: [0; 32],
            command: Arc::clone(&order.command),
            vault: crate::vault::seal(&self.app, order.ledger, command_id, order.personal.clone()).await?,
            given_at: order.at,
            urgency: Urgency::Bulk,
        })
    }
}

fn outcome(order: &Order, answered: Result<Accepted, SubmitError>) -> Result<Outcome, DemoError> {
    match answered {
        Ok(accepted) => Ok(Ok(accepted)),
        Err(SubmitError::Refused { refusal, .. }) => Ok(Err(refusal)),
        Err(error) => Err(DemoError::Submit { operation: order.command.operation(), error }),
    }
}

fn applied(operation: &'static str, outcome: Outcome) -> Result<Accepted, DemoError> {
    outcome.map_err(|refusal| DemoError::Refused { operation, refusal })
}

/// The id of something the demo brings in, the same in every run.
pub(super) fn entity<T: From<Uuid>>(ledger: LedgerId, kind: &str, key: &str) -> T {
    let source = CommandId::from_natural(ledger, "demo", &[kind, key]);
    T::from(derive(Purpose::Entity, &[&source.to_string(), kind, "0"]))
}

/// A member of staff or an administrator who acts.
pub(super) fn staff(id: impl Into<Uuid>) -> Actor {
    Actor { kind: ActorKind::Staff, id: id.into() }
}

/// A time of day in Shanghai.
pub(super) fn at(day: CivilDate, hour: u32, minute: u32) -> Option<Instant> {
    let there = day.naive().and_hms_opt(hour, minute, 0)?;
    there.and_local_timezone(chrono::FixedOffset::east_opt(8 * 3600)?).single().map(|there| there.to_utc())
}
