//! Drafts bill runs, posts them and takes them back, unit by unit: each command's id derives from the run and its units, so
//! a run that was cut off goes on where it was, in any process, and bills nothing twice.

use super::bill_run_progress::Tally;
use super::chain::{Chain, changes_nothing};
use super::rounds::{CATCH_UP, catch_up, rounds};
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::bill_run::{
    BillRunEvent, BillRunRefusal, BillRunStage, BillScope, BillUnit, CompleteBillRun, DRAFTED_AT_ONCE,
    DraftBillRunUnits, EndBillRunDraft, EndBillRunReversal, ReverseBillRunUnit, SkipUnit,
};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{BillRunId, LedgerId, UnitId};
use mingzhang_domain::money::Money;
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Count;
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use mingzhang_store::lane::{Accepted, SubmitError};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Commands of one run under way at a time: enough to fill the lane's commits, few enough to leave its queue to people.
const UNDER_WAY: usize = 64;

/// A run under way.
#[derive(Debug, Clone)]
struct Run {
    ledger: LedgerId,
    run: BillRunId,
    at: BillRunStage,
    chain: Chain,
}

/// Works for ever.
pub async fn work(app: Arc<App>) {
    let failed = "a bill run did not end";
    rounds(&app, &app.bill_run_started, failed, |app, ledger| async move { run_under_way(&app, ledger).await }).await;
}

async fn run_under_way(app: &Arc<App>, ledger: LedgerId) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    for row in app.read_models.bill_runs_under_way(ledger).await?.value {
        let chain = Chain::from(app, ledger, row.position).await?;
        let run = Run { ledger, run: BillRunId(row.run_id), at: row.status.0, chain };
        match run.at {
            BillRunStage::Drafting => draft(app, &run).await?,
            BillRunStage::Posting | BillRunStage::Reversing => visit(app, &run).await?,
            BillRunStage::Drafted | BillRunStage::Posted | BillRunStage::Reversed | BillRunStage::Discarded => {}
        }
    }
    Ok(())
}

/// Every unit of a community, by code.
///
/// # Errors
/// 503 when the read models cannot be read.
pub async fn units(app: &App, ledger: LedgerId) -> Result<Vec<UnitId>, Problem> {
    let mut ask = Ask { after: None, limit: MAX_PAGE };
    let mut units = Vec::new();
    loop {
        let page = app.read_models.units(ledger, None, ask.clone()).await?.value;
        units.extend(page.items.iter().map(|unit| UnitId(unit.unit_id)));
        match page.items.last() {
            Some(last) if page.more => ask.after = Some(last.code.0.to_string()),
            _ => return Ok(units),
        }
    }
}

/// Writes down what each unit would be charged, chunk by chunk.
async fn draft(app: &App, run: &Run) -> Result<(), Problem> {
    let units = units(app, run.ledger).await?;
    let mut tally = Tally::new(run.at, units.len());
    for chunk in units.chunks(DRAFTED_AT_ONCE) {
        // The ids name the chunk: units that are registered meanwhile make other chunks, whose units are drafted once all the same.
        let names: Vec<String> = chunk.iter().map(UnitId::to_string).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let command = DraftBillRunUnits { run: run.run, units: chunk.to_vec() };
        match submit(app, run, Arc::new(command), &names).await {
            Ok(_) => {}
            Err(SubmitError::Refused { refusal, .. }) if changes_nothing(&refusal) => {}
            Err(SubmitError::Refused { refusal, .. }) if has_gone_on(&refusal) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        tally.done = tally.done.saturating_add(u32::try_from(chunk.len()).unwrap_or(u32::MAX));
        app.bill_run_progress.set(run.run, tally.clone());
    }
    end(app, run, Arc::new(EndBillRunDraft { run: run.run })).await
}

/// Visits every unit, and says at the end what it came to.
async fn visit(app: &Arc<App>, run: &Run) -> Result<(), Problem> {
    let tally = visit_units(app, run).await?;
    let (charges, amount, skipped) = (Count(tally.charges), Money::from_fen(tally.fen), Count(tally.skipped));
    let last: Arc<dyn Decide> = match run.at {
        BillRunStage::Reversing => Arc::new(EndBillRunReversal { run: run.run, charges, amount, skipped }),
        _ => Arc::new(CompleteBillRun { run: run.run, charges, amount, skipped }),
    };
    end(app, run, last).await
}

/// The last command of a run; that another process was first is fine.
async fn end(app: &App, run: &Run, command: Arc<dyn Decide>) -> Result<(), Problem> {
    match submit(app, run, command, &[]).await {
        Ok(_) | Err(SubmitError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn visit_units(app: &Arc<App>, run: &Run) -> Result<Tally, Problem> {
    let units = units(app, run.ledger).await?;
    let mut tally = Tally::new(run.at, units.len());
    let mut under_way = JoinSet::new();
    for unit in units {
        if under_way.len() >= UNDER_WAY {
            take(&mut under_way, &mut tally).await?;
            app.bill_run_progress.set(run.run, tally.clone());
        }
        let (app, run) = (Arc::clone(app), run.clone());
        under_way.spawn(async move { visit_or_skip(&app, &run, unit).await });
    }
    while !under_way.is_empty() {
        take(&mut under_way, &mut tally).await?;
        app.bill_run_progress.set(run.run, tally.clone());
    }
    app.bill_run_progress.set(run.run, tally.clone());
    Ok(tally)
}

/// Bills a unit or takes its bill back, or notes the rule that keeps it from that; none when there is nothing to do.
async fn visit_or_skip(app: &App, run: &Run, unit: UnitId) -> Result<Option<Accepted>, SubmitError> {
    let (command, skipped): (Arc<dyn Decide>, _) = match run.at {
        BillRunStage::Reversing => (Arc::new(ReverseBillRunUnit { run: run.run, unit }), "not reversed"),
        _ => (Arc::new(BillUnit { unit, scope: BillScope::Run(run.run) }), "skip"),
    };
    let name = unit.to_string();
    let refusal = match submit(app, run, command, &[&name]).await {
        Err(SubmitError::Refused { refusal, .. }) => refusal,
        other => return other.map(Some),
    };
    let nothing = refusal.code == Refusal::from(BillRunRefusal::NothingToBill).code;
    if nothing || changes_nothing(&refusal) || has_gone_on(&refusal) {
        return Ok(None);
    }
    let rule = refusal.code.parse().map_err(|_| SubmitError::Failed("a rule whose code is no label".into()))?;
    // A run that goes on meets the units again that it skipped: their commands are answered as before.
    let skip = SkipUnit { run: run.run, unit, rule };
    match submit(app, run, Arc::new(skip), &[&name, skipped]).await {
        // Another process has ended the run meanwhile.
        Err(SubmitError::Refused { .. }) => Ok(None),
        other => other.map(Some),
    }
}

/// True when the run has gone on to another stage: it was ended, discarded or is taken back.
fn has_gone_on(refusal: &Refusal) -> bool {
    refusal.code == Refusal::from(BillRunRefusal::BillRunMustBeOpen).code
}

/// Counts the next unit that is done.
async fn take(
    under_way: &mut JoinSet<Result<Option<Accepted>, SubmitError>>,
    tally: &mut Tally,
) -> Result<(), Problem> {
    let Some(done) = under_way.join_next().await else { return Ok(()) };
    let accepted = done.map_err(|_| Problem::internal())??;
    tally.done = tally.done.saturating_add(1);
    let mut skipped = false;
    for event in accepted.map(|accepted| accepted.events).unwrap_or_default().iter() {
        let amount = match &event.event {
            Event::Account(AccountEvent::ChargePosted(posted)) => posted.amount,
            Event::Account(AccountEvent::ChargeReversed(reversed)) => reversed.amount,
            Event::BillRun(BillRunEvent::UnitSkipped(_)) => {
                skipped = true;
                continue;
            }
            _ => continue,
        };
        tally.charges = tally.charges.saturating_add(1);
        tally.fen = tally.fen.saturating_add(amount.fen());
    }
    tally.skipped = tally.skipped.saturating_add(u32::from(skipped));
    Ok(())
}

/// Submits a command of a run.
async fn submit(app: &App, run: &Run, command: Arc<dyn Decide>, parts: &[&str]) -> Result<Accepted, SubmitError> {
    let run_id = run.run.to_string();
    let mut natural = vec![run_id.as_str()];
    natural.extend_from_slice(parts);
    run.chain.submit(app, command, &natural).await
}
