//! A writer: takes lanes that have work, decides late, commits them together, answers after the commit.

use super::batch::{Append, Rows};
use super::decide::Turn;
use super::queue::Shared;
use super::state::{self, decode};
use super::{Accepted, SubmitError};
use crate::error::StoreError;
use crate::log::{self, CommandRow, Head};
use crate::sabotage::Sabotage;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::{CommandId, LedgerId};
use rand::RngExt;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};
use std::collections::{BTreeSet, HashMap};
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant as Tick;
use uuid::Uuid;

/// Rounds of "load and decide again" in one batch before a rule is held to be broken.
const MAX_LOADS: usize = 64;
/// Batches of a lane for which its head is held after somebody was first.
const RIVALLED: u32 = 16;
/// How far clock, database and log may be apart.
const MAX_SKEW_SECONDS: i64 = 5;

/// A writer's own connection: kept from one batch to the next, so that a commit is one round trip, and given up after
/// any failure.
struct Link(Option<PoolConnection<Postgres>>);

impl Link {
    async fn open(&mut self, pool: &PgPool) -> Result<&mut PgConnection, sqlx::Error> {
        if self.0.is_none() {
            self.0 = Some(pool.acquire().await?);
        }
        self.0.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Closes it without a word: what it is in the middle of is not known.
    fn give_up(&mut self) {
        drop(self.0.take().map(PoolConnection::detach));
    }
}

/// Serves lanes until they stop.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut link = Link(None);
    while let Some(round) = shared.next_round().await {
        let bulk = shared.bulk_share(&round);
        let mut turns = Vec::with_capacity(round.lanes.len());
        for lane in round.lanes {
            let state = lane.lock_state().await;
            let taken = lane.take(shared.options.commands_per_batch, bulk);
            turns.push(Turn::new(lane, state, taken));
        }
        serve(&shared, &mut link, &mut turns).await;
        for mut turn in turns {
            turn.state.world.drop_pending();
            turn.state.bound(shared.options.cached_streams);
            let keep = turn.state.head.is_some();
            drop(turn.state);
            shared.done(turn.lane, keep);
        }
        shared.round_done(round.bulk);
    }
}

/// Tries until every command of these turns is answered, or attempts run out.
async fn serve(shared: &Shared, link: &mut Link, turns: &mut [Turn]) {
    let began = Tick::now();
    let mut attempt = 0;
    while attempt < shared.options.attempts && (attempt == 0 || began.elapsed() < shared.options.patience) {
        if attempt > 0 {
            tokio::time::sleep(backoff(attempt)).await;
        }
        let waiting: usize = turns.iter().map(|turn| turn.items.len()).sum();
        match round(shared, link, turns).await {
            Ok(None) => {}
            Ok(Some(error)) => return split(shared, link, turns, &error).await,
            Err(error) => {
                if let StoreError::Halted(reason) = error {
                    tracing::error!(%reason, "a ledger is halted");
                }
                link.give_up();
            }
        }
        let left: usize = turns.iter().map(|turn| turn.items.len()).sum();
        if left == 0 {
            return;
        }
        attempt = if left < waiting { 0 } else { attempt + 1 };
    }
    for turn in turns {
        let error = if turn.unknown { SubmitError::OutcomeUnknown } else { SubmitError::Unavailable };
        turn.fail(&error);
    }
}

/// Milliseconds before another try: doubling, jittered, at most half a second.
fn backoff(attempt: u32) -> Duration {
    let most = 4_u64.saturating_mul(1 << attempt.min(7));
    Duration::from_millis(rand::rng().random_range(1..=most.min(500)))
}

/// The database refused a row: tries smaller parts until the culprit stands alone.
async fn split(shared: &Shared, link: &mut Link, turns: &mut [Turn], error: &str) {
    let alone = turns.len() == 1;
    for turn in turns {
        if alone && turn.items.len() == 1 {
            turn.fail(&SubmitError::Failed(error.to_owned()));
        }
        let mut rest = if alone { turn.items.split_off(turn.items.len() / 2) } else { Vec::new() };
        Box::pin(serve(shared, link, std::slice::from_mut(turn))).await;
        if !rest.is_empty() {
            turn.items.append(&mut rest);
            Box::pin(serve(shared, link, std::slice::from_mut(turn))).await;
        }
    }
}

/// One try: heads, loads, decisions, append, answers. An error text comes back when the database refused a row.
async fn round(shared: &Shared, link: &mut Link, turns: &mut [Turn]) -> Result<Option<String>, StoreError> {
    turns.iter_mut().for_each(Turn::forget_decisions);
    let conn = link.open(&shared.pool).await?;
    let patience = shared.options.patience;
    let held = within(patience, hold(conn, turns)).await?;
    within(patience, refresh(shared, conn, turns)).await?;
    within(patience, replay(conn, turns)).await?;
    within(patience, decide(shared, conn, turns)).await?;
    within(patience, confirm(conn, turns)).await?;

    let mut rows = Rows::default();
    for turn in turns.iter_mut().filter(|turn| !turn.stale) {
        if let Some(old) = turn.state.head.clone() {
            rows.add(turn, &old)?;
        }
    }
    if rows.is_empty() {
        within(patience, release(conn, held)).await?;
        return Ok(None);
    }
    let appended = within(patience, async { Ok(rows.append(conn, held).await) }).await;
    let appended = appended.unwrap_or_else(|_| Append::Unknown(silence()));
    if !matches!(appended, Append::Committed(_) | Append::Unknown(_)) {
        within(patience, release(conn, held)).await?;
    }
    match appended {
        Append::Committed(moved) => {
            for turn in turns.iter_mut().filter(|turn| turn.new_head.is_some()) {
                let passed = moved.contains(&turn.lane.ledger_id);
                settle(shared, turn, passed || Sabotage::IgnoreFence.is_armed());
            }
        }
        Append::CommandKnown => turns.iter_mut().for_each(|turn| turn.perhaps_applied = true),
        Append::Again => turns.iter_mut().for_each(lost),
        // The batch is whole and undone: it is tried again, and given up with these words if that does not help.
        Append::Away(error) => tracing::error!(%error, "the database cannot write"),
        // A command that was applied before brings rows that are there: it is looked up before anything is blamed.
        Append::Refused(_) if turns.iter().any(|turn| !turn.looked_up) => {
            turns.iter_mut().for_each(|turn| (turn.perhaps_applied, turn.looked_up) = (true, true));
        }
        Append::Refused(error) => {
            tracing::error!(%error, "the database refused an append");
            return Ok(Some("the database refused the rows".into()));
        }
        Append::Unknown(error) => {
            tracing::warn!(%error, "the outcome of an append is not known");
            // The head stays as it was known: the next append through the fence tells what became of this one.
            turns.iter_mut().filter(|turn| turn.new_head.is_some()).for_each(|turn| turn.unknown = true);
            link.give_up();
        }
    }
    Ok(None)
}

/// Holds the heads of lanes that another process keeps overtaking until their append, so that everybody gets a turn; true
/// when a transaction is open for it.
async fn hold(conn: &mut PgConnection, turns: &mut [Turn]) -> Result<bool, StoreError> {
    let mut rivalled: Vec<&mut Turn> =
        turns.iter_mut().filter(|turn| turn.state.rivalled > 0 && !turn.items.is_empty()).collect();
    if rivalled.is_empty() {
        return Ok(false);
    }
    // A process that freezes here lets go of its lock.
    sqlx::raw_sql("BEGIN; SET LOCAL idle_in_transaction_session_timeout = '5s'").execute(&mut *conn).await?;
    let ledgers: Vec<Uuid> = rivalled.iter().map(|turn| turn.lane.ledger_id.uuid()).collect();
    sqlx::query_file!("sql/hold_heads.sql", &ledgers).fetch_all(conn).await?;
    rivalled.iter_mut().for_each(|turn| turn.stale = true);
    Ok(true)
}

/// Ends the transaction of [`hold`] when nothing was appended in it.
async fn release(conn: &mut PgConnection, held: bool) -> Result<(), StoreError> {
    if held {
        sqlx::raw_sql("ROLLBACK").execute(conn).await?;
    }
    Ok(())
}

/// A step of the database that does not take for ever: a link that has fallen silent is one that broke.
async fn within<T>(patience: Duration, step: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let answered = tokio::time::timeout(patience, step).await;
    answered.unwrap_or_else(|_| Err(StoreError::Unavailable(silence())))
}

fn silence() -> sqlx::Error {
    sqlx::Error::Io(ErrorKind::TimedOut.into())
}

/// The fence was passed, and the batch is in the log; or it was not, and nothing of it is.
fn settle(shared: &Shared, turn: &mut Turn, passed: bool) {
    if !passed {
        return lost(turn);
    }
    turn.unknown = false;
    turn.state.rivalled = turn.state.rivalled.saturating_sub(1);
    turn.state.world.keep_pending();
    if let Some(head) = turn.new_head.take() {
        // Nobody may be listening; then nobody needs to know.
        let _ = shared.heads.send((turn.lane.ledger_id, head.size()));
        turn.state.head = Some(head);
    }
    turn.answer();
}

/// Somebody was first: everything is decided again on the newest state.
fn lost(turn: &mut Turn) {
    turn.state.world.drop_pending();
    turn.state.stale = true;
    turn.state.rivalled = RIVALLED;
    turn.stale = true;
    turn.perhaps_applied = true;
}

/// Reads the heads that may be old, and folds what came since.
async fn refresh(shared: &Shared, conn: &mut PgConnection, turns: &mut [Turn]) -> Result<(), StoreError> {
    let stale: Vec<LedgerId> =
        turns.iter().filter(|t| t.stale && !t.items.is_empty()).map(|t| t.lane.ledger_id).collect();
    if stale.is_empty() {
        return Ok(());
    }
    let mut heads: HashMap<LedgerId, (Head, Instant)> =
        log::heads(conn, &stale).await?.into_iter().map(|pair| (pair.0.ledger_id, pair)).collect();
    let now = shared.clock.now();
    for turn in turns.iter_mut().filter(|t| t.stale && !t.items.is_empty()) {
        let Some((head, database_now)) = heads.remove(&turn.lane.ledger_id) else {
            turn.fail(&SubmitError::LedgerUnknown);
            continue;
        };
        let by_system_clock = turn.items.iter().all(|item| item.pending.submission.given_at.is_none());
        if by_system_clock && skewed(now.max(head.recorded_at), database_now) {
            tracing::error!(
                "the clock is more than {MAX_SKEW_SECONDS} s off the database's, or the log is ahead of it"
            );
            turn.fail(&SubmitError::ClockSkew);
            continue;
        }
        match turn.state.catch_up(conn, head).await {
            Ok(()) => turn.stale = false,
            Err(StoreError::Halted(reason)) => halt(turn, &reason),
            Err(other) => {
                // What was folded of the tail is forgotten with the head it belongs to.
                turn.state.head = None;
                return Err(other);
            }
        }
    }
    Ok(())
}

fn skewed(ours: Instant, database: Instant) -> bool {
    ours.signed_duration_since(database).num_seconds().abs() > MAX_SKEW_SECONDS
}

fn halt(turn: &mut Turn, reason: &str) {
    tracing::error!(ledger = %turn.lane.ledger_id, %reason, "the ledger is halted");
    turn.state.head = None;
    turn.state.world.clear();
    turn.fail(&SubmitError::Halted(reason.to_owned()));
}

/// Answers the commands that were applied before with their first outcome.
async fn replay(conn: &mut PgConnection, turns: &mut [Turn]) -> Result<(), StoreError> {
    let wanted: Vec<(LedgerId, CommandId)> = turns
        .iter()
        .filter(|turn| turn.perhaps_applied)
        .flat_map(|turn| turn.items.iter().map(|i| (turn.lane.ledger_id, i.pending.submission.command_id)))
        .collect();
    answer_known(conn, turns, &wanted).await?;
    turns.iter_mut().for_each(|turn| turn.perhaps_applied = false);
    Ok(())
}

async fn answer_known(
    conn: &mut PgConnection,
    turns: &mut [Turn],
    wanted: &[(LedgerId, CommandId)],
) -> Result<(), StoreError> {
    if wanted.is_empty() || Sabotage::ForgetCommands.is_armed() {
        return Ok(());
    }
    for row in log::commands(conn, wanted).await? {
        let Some(turn) = turns.iter_mut().find(|turn| turn.lane.ledger_id == row.ledger_id) else { continue };
        let accepted = outcome_of(conn, &row).await?;
        let (known, rest) = std::mem::take(&mut turn.items)
            .into_iter()
            .partition(|item| item.pending.submission.command_id == row.command_id);
        turn.items = rest;
        for item in known {
            let same = item.pending.submission.request_digest[..] == row.request_digest[..];
            let answer = if same { Ok(accepted.clone()) } else { Err(SubmitError::KeyReused) };
            drop(item.pending.answer.send(answer));
        }
    }
    Ok(())
}

async fn outcome_of(conn: &mut PgConnection, row: &CommandRow) -> Result<Accepted, StoreError> {
    let stored = log::events_between(conn, row.ledger_id, row.first_position, row.last_position).await?;
    let events = stored.iter().map(|event| decode(&event.body)).collect::<Result<Vec<_>, _>>()?;
    Ok(Accepted {
        ledger_id: row.ledger_id,
        command_id: row.command_id,
        first_position: row.first_position,
        last_position: row.last_position,
        events: events.into(),
        replayed: true,
    })
}

/// Loads what the commands want and decides, until nothing new is wanted.
async fn decide(shared: &Shared, conn: &mut PgConnection, turns: &mut [Turn]) -> Result<(), StoreError> {
    let mut wanted: Vec<(LedgerId, BTreeSet<_>)> =
        turns.iter().filter(|t| ready(t)).map(|t| (t.lane.ledger_id, t.wanted())).collect();
    for _ in 0..MAX_LOADS {
        wanted.retain(|(_, streams)| !streams.is_empty());
        if !wanted.is_empty() {
            let mut loaded = match state::load(conn, &wanted).await {
                Err(StoreError::Halted(reason)) => {
                    let ledgers: BTreeSet<LedgerId> = wanted.iter().map(|(ledger, _)| *ledger).collect();
                    turns.iter_mut().filter(|t| ledgers.contains(&t.lane.ledger_id)).for_each(|t| halt(t, &reason));
                    return Ok(());
                }
                other => other?,
            };
            for turn in turns.iter_mut() {
                for (stream, have) in loaded.remove(&turn.lane.ledger_id).unwrap_or_default() {
                    turn.state.world.insert(stream, have);
                }
            }
        }
        let now = shared.clock.now();
        let again = !wanted.is_empty();
        let only: BTreeSet<LedgerId> = wanted.drain(..).map(|(ledger, _)| ledger).collect();
        for turn in turns.iter_mut().filter(|t| ready(t)) {
            if again && turn.new_head.is_some() && !only.contains(&turn.lane.ledger_id) {
                continue;
            }
            wanted.push((turn.lane.ledger_id, turn.decide(now)));
        }
        if wanted.iter().all(|(_, streams)| streams.is_empty()) {
            return Ok(());
        }
    }
    for turn in turns.iter_mut().filter(|t| ready(t)) {
        turn.new_head = None;
        turn.fail(&SubmitError::Failed("a rule wants ever more streams".into()));
    }
    Ok(())
}

fn ready(turn: &Turn) -> bool {
    !turn.stale && !turn.items.is_empty()
}

/// Before a refusal is given: was the command applied before, and is the state it was judged on still the newest?
async fn confirm(conn: &mut PgConnection, turns: &mut [Turn]) -> Result<(), StoreError> {
    let refused: Vec<(LedgerId, CommandId)> = turns
        .iter()
        .filter(|turn| ready(turn))
        .flat_map(|turn| turn.refused_ids().map(|id| (turn.lane.ledger_id, id)).collect::<Vec<_>>())
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    answer_known(conn, turns, &refused).await?;
    // A batch that appends is confirmed by its own fence; the others by the head as it is now.
    let silent: Vec<LedgerId> =
        turns.iter().filter(|t| ready(t) && t.new_head.is_none()).map(|t| t.lane.ledger_id).collect();
    if silent.is_empty() {
        return Ok(());
    }
    let heads: HashMap<LedgerId, Head> =
        log::heads(conn, &silent).await?.into_iter().map(|(head, _)| (head.ledger_id, head)).collect();
    for turn in turns.iter_mut().filter(|t| silent.contains(&t.lane.ledger_id)) {
        let newest = heads.get(&turn.lane.ledger_id);
        let still = newest.is_some() && newest == turn.state.head.as_ref();
        if still || Sabotage::BelieveOldState.is_armed() {
            turn.answer();
        } else {
            lost(turn);
        }
    }
    Ok(())
}
