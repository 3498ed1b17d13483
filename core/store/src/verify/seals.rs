//! Seals of months, computed again from the bodies below them: root, trial balance and the digest of the figures.
//!
//! May never happen here: a seal that is believed because it stands in the log.

use super::{Class, Found};
use crate::error::StoreError;
use crate::merkle::{Frontier, leaf_hash};
use crate::walk::walk;
use mingzhang_domain::books::{BooksEvent, PeriodSealed};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::figures::{Sealing, SealingError};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Digest;
use sqlx::PgPool;
use std::ops::ControlFlow;

/// Seals computed in one walk: each holds the charges of the ledger in memory.
const AT_ONCE: usize = 4;

/// A seal as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Where it stands.
    pub position: u64,
    /// What it says.
    pub sealed: PeriodSealed,
}

impl Claim {
    /// The seal that an event is, if it is one.
    pub fn of(event: &Recorded) -> Option<Self> {
        match &event.event {
            Event::Books(BooksEvent::PeriodSealed(sealed)) => {
                Some(Self { position: event.position, sealed: sealed.clone() })
            }
            _ => None,
        }
    }

    fn found(&self, message: String) -> Found {
        Found { position: i64::try_from(self.position).unwrap_or(i64::MAX), class: Class::Seal, message }
    }

    fn says(&self) -> String {
        format!("the seal of {}, version {},", self.sealed.period, self.sealed.version.0)
    }
}

/// Computes seals again while the bodies below them are shown in order, from the first on.
#[derive(Debug)]
pub struct Recount {
    frontier: Frontier,
    under_way: Vec<(Claim, Result<Sealing, SealingError>)>,
    found: Vec<Found>,
}

impl Recount {
    /// Of these seals.
    pub fn new(claims: Vec<Claim>) -> Self {
        let under_way = claims.into_iter().map(|claim| {
            let sealing = Sealing::new(claim.sealed.period, claim.sealed.figures_form);
            (claim, sealing)
        });
        Self { frontier: Frontier::default(), under_way: under_way.collect(), found: Vec::new() }
    }

    /// How many bodies it has to see.
    pub fn size(&self) -> u64 {
        self.under_way.iter().map(|(claim, _)| claim.sealed.size.0).max().unwrap_or_default()
    }

    /// Takes in the next body and the event that it is.
    pub fn see(&mut self, body: &[u8], event: &Recorded) {
        self.frontier.push(leaf_hash(body));
        for (_, sealing) in &mut self.under_way {
            if let Ok(open) = sealing
                && let Err(error) = open.see(event)
            {
                *sealing = Err(error);
            }
        }
        let size = self.frontier.size();
        let done = self.under_way.extract_if(.., |(claim, _)| claim.sealed.size.0 == size).collect::<Vec<_>>();
        for (claim, sealing) in done {
            self.compare(&claim, sealing, event);
        }
    }

    fn compare(&mut self, claim: &Claim, sealing: Result<Sealing, SealingError>, event: &Recorded) {
        let said = &claim.sealed;
        let mut find = |message: &str| self.found.push(claim.found(format!("{} {message}", claim.says())));
        let closes = matches!(&event.event, Event::Books(BooksEvent::PeriodClosed(closed))
            if closed.period == said.period && closed.version == said.version);
        if !closes || said.size.0 >= claim.position {
            find("does not end at the close of its month");
        }
        let computed = sealing.and_then(|sealing| sealing.seal(said.version, Digest(self.frontier.root())));
        let computed = match computed {
            Ok(computed) => computed,
            Err(error) => return find(&format!("cannot be computed again: {error}")),
        };
        if computed.root != said.root {
            find("has another root than the log up to there");
        }
        if computed.trial_balance != said.trial_balance {
            find("has another trial balance than the log up to there");
        }
        if computed.figures != said.figures {
            find("has another digest of its figures than the log up to there");
        }
    }

    /// What does not hold; a seal over more than was shown is part of it.
    pub fn finish(self) -> Vec<Found> {
        let beyond = self.under_way.iter().map(|(claim, _)| {
            claim.found(format!("{} is over {} events, more than there are", claim.says(), claim.sealed.size.0))
        });
        self.found.iter().cloned().chain(beyond).collect()
    }
}

/// Computes the seals of a ledger again, a few in each walk over its log.
///
/// # Errors
/// [`StoreError`] only when the database does not answer.
pub(super) async fn check(pool: &PgPool, ledger: LedgerId, claims: &[Claim]) -> Result<Vec<Found>, StoreError> {
    let mut found = Vec::new();
    for some in claims.chunks(AT_ONCE) {
        let recount = Recount::new(some.to_vec());
        let until = recount.size().min(some.iter().map(|claim| claim.position).max().unwrap_or_default());
        let walked = walk(pool, ledger, until, recount, |recount, stored, event| {
            recount.see(&stored.body, event);
            Ok(ControlFlow::Continue(()))
        });
        match walked.await {
            Ok(recount) => found.extend(recount.finish()),
            Err(StoreError::Halted(why)) => {
                found.extend(some.iter().map(|c| c.found(format!("{} cannot be computed again: {why}", c.says()))));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
