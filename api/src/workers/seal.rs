//! Seals closed months: once the read models stand at or beyond the close, what the log says as of it becomes a fact.
//!
//! What is sealed follows from the log alone and its command's id from month and version, so any process may do it at any
//! time, and it stands once. May never happen here: a seal over books that the read models do not show.

use crate::after::SERVICE;
use crate::app::App;
use crate::problem::Problem;
use crate::workers::rounds::{CATCH_UP, catch_up, rounds};
use mingzhang_domain::book::{Book, Purse};
use mingzhang_domain::books::{BookTotal, PeriodSealed, SealPeriod};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::figures::{FIRST_FORM, LATE_FEES_FORM, Sealing};
use mingzhang_domain::id::{CommandId, CommunityId, LedgerId};
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_domain::value::{Count, Digest};
use mingzhang_projections::column::Amount;
use mingzhang_projections::period::Period;
use mingzhang_store::error::StoreError;
use mingzhang_store::lane::{Submission, SubmitError, Urgency};
use mingzhang_store::merkle::{Frontier, leaf_hash};
use mingzhang_store::walk::walk;
use mingzhang_store::{fold, log};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// Seals for ever: at once what was closed here, and whatever another process left unsealed.
pub async fn work(app: Arc<App>) {
    let failed = "a closed month could not be sealed";
    rounds(&app, &app.period_closed, failed, |app, ledger| async move { seal_closed(&app, ledger, CATCH_UP).await })
        .await;
}

/// Seals every closed month of a community that is not sealed, once the read models are at the end of the log.
///
/// # Errors
/// 503 when the database is away or the read models do not follow; what was sealed so far stands.
pub async fn seal_closed(app: &App, ledger: LedgerId, within: Duration) -> Result<(), Problem> {
    catch_up(app, ledger, within).await?;
    for closed in app.read_models.unsealed_periods(ledger).await?.value {
        seal(app, ledger, &closed).await?;
    }
    Ok(())
}

async fn seal(app: &App, ledger: LedgerId, closed: &Period) -> Result<(), Problem> {
    let began = tokio::time::Instant::now();
    let position = u64::try_from(closed.position).map_err(|_| Problem::internal())?;
    let version = u32::try_from(closed.version).map_err(|_| Problem::internal())?;
    let sealed = compute(app, ledger, closed.period.0, Count(version), position).await?;
    if !shown(app, ledger, &sealed).await? {
        tracing::error!(%ledger, period = %sealed.period, "the read models show other books than the log: not sealed");
        return Err(Problem::halted());
    }
    let took = began.elapsed();
    submit(app, ledger, position, sealed).await?;
    tracing::info!(%ledger, period = %closed.period.0, version, events = position, ?took, "a month was sealed");
    Ok(())
}

/// What the log up to the close says.
async fn compute(
    app: &App,
    ledger: LedgerId,
    period: Month,
    version: Count,
    position: u64,
) -> Result<PeriodSealed, Problem> {
    let halted = |error: mingzhang_domain::figures::SealingError| StoreError::Halted(error.to_string());
    let community = StreamRef::from(CommunityId(ledger.uuid()));
    let mut conn = app.writer.acquire().await?;
    let mut folded = fold::streams(&mut conn, ledger, &[community], position, None).await?;
    drop(conn);
    let agreed =
        matches!(folded.remove(&community), Some(StreamState::Community(rules)) if !rules.late_fees().is_empty());
    let form = if agreed { LATE_FEES_FORM } else { FIRST_FORM };
    let state = (Frontier::default(), Sealing::new(period, form).map_err(halted)?);
    let (frontier, sealing) = walk(&app.writer, ledger, position, state, move |(frontier, sealing), stored, event| {
        frontier.push(leaf_hash(&stored.body));
        sealing.see(event).map_err(halted)?;
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    Ok(sealing.seal(version, Digest(frontier.root())).map_err(halted)?)
}

/// True when the trial balance that people see is the one that is sealed. Nothing posts into a closed month, so it may be
/// read at any later position; unless the month was reopened, and then nothing is sealed.
async fn shown(app: &App, ledger: LedgerId, sealed: &PeriodSealed) -> Result<bool, Problem> {
    let mut live: BTreeMap<(Purse, Book), (Amount, Amount)> = BTreeMap::new();
    for row in app.read_models.trial_balance(ledger, sealed.period).await?.value {
        let (debit, credit) = live.entry((row.purse.0, row.book.0)).or_insert((Amount::ZERO, Amount::ZERO));
        debit.add(row.debit);
        credit.add(row.credit);
    }
    let total =
        |total: &BookTotal| ((total.purse, total.book), (Amount::from(total.debit), Amount::from(total.credit)));
    Ok(live == sealed.trial_balance.iter().map(total).collect())
}

async fn submit(app: &App, ledger: LedgerId, position: u64, sealed: PeriodSealed) -> Result<(), Problem> {
    let mut conn = app.writer.acquire().await?;
    let stored = log::events_between(&mut conn, ledger, position, position).await?.pop();
    drop(conn);
    let closed = Recorded::from_body(&stored.ok_or_else(Problem::internal)?.body).map_err(|_| Problem::halted())?;
    let given = app.directory.ledger(ledger).is_some_and(|ledger| ledger.clock == LedgerClock::Given);
    let parts = [sealed.period.to_string(), sealed.version.0.to_string()];
    let mut submission = Submission {
        ledger_id: ledger,
        command_id: CommandId::from_natural(ledger, "seal_period", &[&parts[0], &parts[1]]),
        correlation_id: Some(closed.correlation_id),
        causation_id: Some(closed.event_id),
        actor: SERVICE,
        request_digest: [0; 32],
        command: Arc::new(SealPeriod { sealed }),
        vault: Vec::new(),
        given_at: given.then_some(closed.recorded_at),
        urgency: Urgency::Bulk,
    };
    let mut outcome = app.lanes.submit(submission.clone()).await;
    if let (Err(SubmitError::GivenClock), true) = (&outcome, submission.given_at.is_some()) {
        // The ledger has been handed over to the system's clock since.
        submission.given_at = None;
        outcome = app.lanes.submit(submission).await;
    }
    match outcome {
        // Refused: it was reopened, or another process sealed it.
        Ok(_) | Err(SubmitError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
