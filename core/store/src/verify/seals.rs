//! Seals of months, computed again from the bodies below them: root, trial balance and the digest of the figures; all of a
//! ledger in one walk.
//!
//! May never happen here: a seal that is believed because it stands in the log.

use super::{Class, Found};
use crate::error::StoreError;
use crate::merkle::{Frontier, leaf_hash};
use crate::walk::walk;
use mingzhang_domain::books::{BooksEvent, PeriodSealed};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::figures::{SealingError, Seals};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Digest;
use sqlx::PgPool;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// In the order of their sizes; those over nothing are never reached.
    under_way: VecDeque<Claim>,
    seals: Seals,
    found: Vec<Found>,
}

impl Recount {
    /// Of these seals, whatever their number.
    ///
    /// # Errors
    /// [`SealingError`].
    pub fn new(mut claims: Vec<Claim>) -> Result<Self, SealingError> {
        claims.sort_by_key(|claim| claim.sealed.size.0.wrapping_sub(1));
        let seals = Seals::new(claims.iter().map(|claim| &claim.sealed))?;
        Ok(Self { frontier: Frontier::default(), under_way: claims.into(), seals, found: Vec::new() })
    }

    /// How many bodies it has to see.
    pub fn size(&self) -> u64 {
        self.under_way.iter().map(|claim| claim.sealed.size.0).max().unwrap_or_default()
    }

    /// Takes in the next body and the event that it is.
    pub fn see(&mut self, body: &[u8], event: &Recorded) {
        self.frontier.push(leaf_hash(body));
        for computed in self.seals.see(event, || Digest(self.frontier.root())) {
            if let Some(claim) = self.under_way.pop_front() {
                self.compare(&claim, computed, event);
            }
        }
    }

    fn compare(&mut self, claim: &Claim, computed: Result<PeriodSealed, SealingError>, event: &Recorded) {
        let said = &claim.sealed;
        let mut find = |message: &str| self.found.push(claim.found(format!("{} {message}", claim.says())));
        let closes = matches!(&event.event, Event::Books(BooksEvent::PeriodClosed(closed))
            if closed.period == said.period && closed.version == said.version);
        if !closes || said.size.0 >= claim.position {
            find("does not end at the close of its month");
        }
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
    pub fn finish(&mut self) -> Vec<Found> {
        self.ended(|claim| format!("is over {} events, more than there are", claim.sealed.size.0))
    }

    /// What does not hold, and of what was not reached why not.
    fn ended(&mut self, why: impl Fn(&Claim) -> String) -> Vec<Found> {
        let left = self.under_way.drain(..).map(|claim| claim.found(format!("{} {}", claim.says(), why(&claim))));
        self.found.extend(left);
        std::mem::take(&mut self.found)
    }
}

/// Computes the seals of a ledger again, in one walk over its log.
///
/// # Errors
/// [`StoreError`] only when the database does not answer.
pub(super) async fn check(pool: &PgPool, ledger: LedgerId, claims: &[Claim]) -> Result<Vec<Found>, StoreError> {
    let Some(last) = claims.iter().map(|claim| claim.position).max() else { return Ok(Vec::new()) };
    let recount = Recount::new(claims.to_vec()).map_err(|error| StoreError::Halted(error.to_string()))?;
    let until = recount.size().min(last);
    // What was compared before a body that cannot be read stands.
    let recount = Arc::new(Mutex::new(recount));
    let walked = walk(pool, ledger, until, Arc::clone(&recount), |recount, stored, event| {
        locked(recount).see(&stored.body, event);
        Ok(ControlFlow::Continue(()))
    });
    match walked.await {
        Ok(recount) => Ok(locked(&recount).finish()),
        Err(StoreError::Halted(why)) => Ok(locked(&recount).ended(|_| format!("cannot be computed again: {why}"))),
        Err(error) => Err(error),
    }
}

fn locked(recount: &Mutex<Recount>) -> MutexGuard<'_, Recount> {
    recount.lock().unwrap_or_else(PoisonError::into_inner)
}
