//! A rehearsal: a wish judged on the newest state, and nothing written. What is foreseen so is no promise.

use super::state::{self, always};
use super::{Lanes, SubmitError};
use crate::error::StoreError;
use crate::log;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::draft::{Context, Draft, World};
use mingzhang_domain::envelope::{Actor, instant_micros};
use mingzhang_domain::id::{CommandId, LedgerId, LedgerStreamId};
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::refusal::{CommonRefusal, Refusal};
use std::collections::BTreeSet;

/// How often a rule may want more streams.
const MAX_LOADS: usize = 64;

impl Lanes {
    /// What a rule says of the state as it is in the log, and at which position; on a ledger with a given clock it is the
    /// instant of its newest event. The caller's task owns the transaction.
    ///
    /// # Errors
    /// [`SubmitError`], never an unknown outcome.
    pub async fn rehearse<T: Send>(
        &self,
        ledger: LedgerId,
        actor: Actor,
        rule: impl Fn(&mut Draft<'_>) -> Result<T, Refusal> + Send,
    ) -> Result<(T, u64), SubmitError> {
        let foreseen = self.foresee(ledger, actor, rule).await;
        foreseen.unwrap_or_else(|error| match error {
            StoreError::Halted(reason) => Err(SubmitError::Halted(reason)),
            _ => Err(SubmitError::Unavailable),
        })
    }

    async fn foresee<T: Send>(
        &self,
        ledger: LedgerId,
        actor: Actor,
        rule: impl Fn(&mut Draft<'_>) -> Result<T, Refusal> + Send,
    ) -> Result<Result<(T, u64), SubmitError>, StoreError> {
        let pool = &self.shared.pool;
        let mut snapshot = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let Some(head) = log::head(&mut snapshot, ledger).await? else { return Ok(Err(SubmitError::LedgerUnknown)) };
        let (mut world, mut wanted) = (World::default(), BTreeSet::from([always(ledger)]));
        for _ in 0..MAX_LOADS {
            let mut loaded = state::load(&mut snapshot, &[(ledger, std::mem::take(&mut wanted))]).await?;
            for (stream, have) in loaded.remove(&ledger).unwrap_or_default() {
                world.insert(stream, have);
            }
            let given = Draft::new(&world, context(ledger, actor, head.recorded_at, CivilDate::MAX))
                .ledger(LedgerStreamId::of_ledger(ledger))
                .clock()
                == Some(LedgerClock::Given);
            let now = instant_micros(self.shared.clock.now()).max(head.recorded_at);
            let now = if given { head.recorded_at } else { now };
            let Ok(today) = CivilDate::of_instant(now) else {
                return Ok(Err(refused(CommonRefusal::DateMustBeInRange.into(), head.size())));
            };
            let said = rule(&mut Draft::new(&world, context(ledger, actor, now, today)));
            wanted = world.take_missing();
            if wanted.is_empty() {
                return Ok(said.map(|value| (value, head.size())).map_err(|refusal| refused(refusal, head.size())));
            }
        }
        Ok(Err(SubmitError::Failed("a rule wants ever more streams".into())))
    }
}

fn context(ledger_id: LedgerId, actor: Actor, now: Instant, today: CivilDate) -> Context {
    let command_id = CommandId::from_key(ledger_id, actor.kind.as_str(), actor.id, "rehearsal");
    Context { ledger_id, command_id, correlation_id: command_id, causation_id: None, actor, now, today }
}

fn refused(refusal: Refusal, position: u64) -> SubmitError {
    SubmitError::Refused { refusal: Box::new(refusal), position }
}
