//! A rehearsal: a wish judged on the newest state, and nothing written. What is foreseen so is no promise.

use super::state::{self, always};
use super::{Lanes, SubmitError};
use crate::error::StoreError;
use crate::log;
use mingzhang_domain::books::must_be_open;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::community::must_be_live;
use mingzhang_domain::draft::{Context, Draft, World};
use mingzhang_domain::envelope::{Actor, instant_micros};
use mingzhang_domain::id::{CommandId, LedgerId, LedgerStreamId};
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::refusal::{CommonRefusal, Refusal};
use mingzhang_domain::stream::StreamRef;
use std::collections::BTreeSet;

/// How often a rule may want more streams.
const MAX_LOADS: usize = 64;
/// So many wishes are judged at a time: what they read is forgotten before the next.
const AT_A_TIME: usize = 32;

/// What many wishes are judged with.
#[derive(Debug)]
pub struct Rehearsal<N, R, S> {
    /// The streams that a wish surely reads.
    pub needs: N,
    /// Its rule.
    pub rule: R,
    /// Takes what the rule said of it, in the order of the wishes.
    pub said: S,
}

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
        rule: impl Fn(&mut Draft<'_>) -> Result<T, Refusal> + Send + Sync,
    ) -> Result<(T, u64), SubmitError> {
        let mut outcome = None;
        let rehearsal = Rehearsal {
            needs: |_: &()| Vec::new(),
            rule: |draft: &mut Draft<'_>, _: &()| rule(draft),
            said: |_: &(), said| outcome = Some(said),
        };
        let position = self.rehearse_each(ledger, actor, &[()], rehearsal).await?;
        match outcome {
            Some(Ok(value)) => Ok((value, position)),
            Some(Err(refusal)) => Err(refused(refusal, position)),
            None => Err(SubmitError::Failed("a rule said nothing".into())),
        }
    }

    /// What a rule says of each of many wishes, each alone on the state as it is in the log at one position, which is
    /// answered. However many they are, a few are in memory at a time.
    ///
    /// # Errors
    /// [`SubmitError`], never an unknown outcome.
    pub async fn rehearse_each<W: Sync, T: Send>(
        &self,
        ledger: LedgerId,
        actor: Actor,
        wishes: &[W],
        rehearsal: Rehearsal<
            impl Fn(&W) -> Vec<StreamRef> + Send,
            impl Fn(&mut Draft<'_>, &W) -> Result<T, Refusal> + Send,
            impl FnMut(&W, Result<T, Refusal>) + Send,
        >,
    ) -> Result<u64, SubmitError> {
        let foreseen = self.foresee(ledger, actor, wishes, rehearsal).await;
        foreseen.unwrap_or_else(|error| match error {
            StoreError::Halted(reason) => Err(SubmitError::Halted(reason)),
            _ => Err(SubmitError::Unavailable),
        })
    }

    async fn foresee<W: Sync, T: Send>(
        &self,
        ledger: LedgerId,
        actor: Actor,
        wishes: &[W],
        mut rehearsal: Rehearsal<
            impl Fn(&W) -> Vec<StreamRef> + Send,
            impl Fn(&mut Draft<'_>, &W) -> Result<T, Refusal> + Send,
            impl FnMut(&W, Result<T, Refusal>) + Send,
        >,
    ) -> Result<Result<u64, SubmitError>, StoreError> {
        let pool = &self.shared.pool;
        let mut snapshot = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let Some(head) = log::head(&mut snapshot, ledger).await? else { return Ok(Err(SubmitError::LedgerUnknown)) };
        let clock_now = instant_micros(self.shared.clock.now()).max(head.recorded_at);
        for some in wishes.chunks(AT_A_TIME) {
            let mut world = World::default();
            let mut wanted: BTreeSet<StreamRef> = some.iter().flat_map(&rehearsal.needs).collect();
            wanted.insert(always(ledger));
            let mut said: Vec<Option<Result<T, Refusal>>> = some.iter().map(|_| None).collect();
            for _ in 0..MAX_LOADS {
                if wanted.is_empty() {
                    break;
                }
                let mut loaded = state::load(&mut snapshot, &[(ledger, std::mem::take(&mut wanted))]).await?;
                for (stream, have) in loaded.remove(&ledger).unwrap_or_default() {
                    world.insert(stream, have);
                }
                let given = Draft::new(&world, context(ledger, actor, head.recorded_at, CivilDate::MAX))
                    .ledger(LedgerStreamId::of_ledger(ledger))
                    .clock()
                    == Some(LedgerClock::Given);
                let now = if given { head.recorded_at } else { clock_now };
                let Ok(today) = CivilDate::of_instant(now) else {
                    return Ok(Err(refused(CommonRefusal::DateMustBeInRange.into(), head.size())));
                };
                for (wish, said) in some.iter().zip(&mut said).filter(|(_, said)| said.is_none()) {
                    let mut draft = Draft::new(&world, context(ledger, actor, now, today));
                    let judged = (rehearsal.rule)(&mut draft, wish).and_then(|value| {
                        must_be_open(&draft)?;
                        must_be_live(&draft)?;
                        Ok(value)
                    });
                    let missing = world.take_missing();
                    if missing.is_empty() {
                        *said = Some(judged);
                    }
                    wanted.extend(missing);
                }
            }
            for (wish, said) in some.iter().zip(said) {
                let Some(said) = said else {
                    return Ok(Err(SubmitError::Failed("a rule wants ever more streams".into())));
                };
                (rehearsal.said)(wish, said);
            }
        }
        Ok(Ok(head.size()))
    }
}

fn context(ledger_id: LedgerId, actor: Actor, now: Instant, today: CivilDate) -> Context {
    let command_id = CommandId::from_key(ledger_id, actor.kind.as_str(), actor.id, "rehearsal");
    Context { ledger_id, command_id, correlation_id: command_id, causation_id: None, actor, now, today }
}

fn refused(refusal: Refusal, position: u64) -> SubmitError {
    SubmitError::Refused { refusal: Box::new(refusal), position }
}
