//! Posts bill runs, unit by unit: each unit is a command whose id derives from run and unit, so a run that was cut off
//! goes on where it was, in any process, and bills nothing twice.

use crate::app::App;
use crate::problem::Problem;
use crate::workers::bill_run_progress::Tally;
use crate::workers::chain::{Chain, communities};
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::bill_run::{BillRunEvent, BillRunRefusal, BillScope, BillUnit, CompleteBillRun, SkipUnit};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{BillRunId, LedgerId, UnitId};
use mingzhang_domain::money::Money;
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Count;
use mingzhang_projections::bill_run::BillRun;
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use mingzhang_store::lane::{Accepted, SubmitError};
use mingzhang_store::log;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Commands of one run under way at a time: enough to fill the lane's commits, few enough to leave its queue to people.
const UNDER_WAY: usize = 64;
/// How often open runs are looked for, besides when this process starts one.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How long a run waits for the read models to reach its start.
const CATCH_UP: Duration = Duration::from_secs(60);

/// A run under way.
#[derive(Debug, Clone)]
struct Run {
    ledger: LedgerId,
    run: BillRunId,
    chain: Chain,
}

/// Posts open runs for ever: at once when one was started here, and whatever another process left open.
pub async fn work(app: Arc<App>) {
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = app.bill_run_started.notified() => {}
        }
        for ledger in communities(&app) {
            if let Err(problem) = post_open_runs(&app, ledger).await {
                // It is tried again at the next look.
                tracing::warn!(%ledger, code = problem.rule.code, "a bill run did not end");
            }
        }
    }
}

async fn post_open_runs(app: &Arc<App>, ledger: LedgerId) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    let mut ask = Ask { after: None, limit: MAX_PAGE };
    loop {
        let page = app.read_models.bill_runs(ledger, ask.clone()).await?.value;
        for run in page.items.iter().filter(|run| run.completed_at.is_none()) {
            post_run(app, ledger, run).await?;
        }
        match page.items.last() {
            Some(last) if page.more => ask.after = Some(last.position),
            _ => return Ok(()),
        }
    }
}

/// Waits until the read models show everything that the ledger holds now.
///
/// # Errors
/// 503 when the database is away or they do not get there in time.
pub async fn catch_up(app: &App, ledger: LedgerId, within: Duration) -> Result<(), Problem> {
    let mut conn = app.reader.acquire().await?;
    let Some(head) = log::head(&mut conn, ledger).await? else { return Ok(()) };
    drop(conn);
    Ok(app.read_models.wait_for(ledger, head.size(), within).await?)
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

async fn post_run(app: &Arc<App>, ledger: LedgerId, row: &BillRun) -> Result<(), Problem> {
    let chain = Chain::from(app, ledger, row.position).await?;
    let run = Run { ledger, run: BillRunId(row.run_id), chain };
    let tally = post_units(app, &run).await?;
    let complete = CompleteBillRun {
        run: run.run,
        charges: Count(tally.charges),
        amount: Money::from_fen(tally.fen),
        skipped: Count(tally.skipped),
    };
    match submit(app, &run, Arc::new(complete), &[]).await {
        Ok(_) | Err(SubmitError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn post_units(app: &Arc<App>, run: &Run) -> Result<Tally, Problem> {
    let units = units(app, run.ledger).await?;
    let mut tally = Tally { total: u32::try_from(units.len()).unwrap_or(u32::MAX), ..Tally::default() };
    let mut under_way = JoinSet::new();
    for unit in units {
        if under_way.len() >= UNDER_WAY {
            take(&mut under_way, &mut tally).await?;
            app.bill_run_progress.set(run.run, tally.clone());
        }
        let (app, run) = (Arc::clone(app), run.clone());
        under_way.spawn(async move { bill_or_skip(&app, &run, unit).await });
    }
    while !under_way.is_empty() {
        take(&mut under_way, &mut tally).await?;
        app.bill_run_progress.set(run.run, tally.clone());
    }
    app.bill_run_progress.set(run.run, tally.clone());
    Ok(tally)
}

/// Bills a unit, or notes the rule that keeps it from being billed at all; none when there is nothing to bill.
async fn bill_or_skip(app: &App, run: &Run, unit: UnitId) -> Result<Option<Accepted>, SubmitError> {
    let bill = BillUnit { unit, scope: BillScope::Run(run.run) };
    let name = unit.to_string();
    let refusal = match submit(app, run, Arc::new(bill), &[&name]).await {
        Err(SubmitError::Refused { refusal, .. }) => refusal,
        other => return other.map(Some),
    };
    if refusal.code == Refusal::from(BillRunRefusal::NothingToBill).code {
        return Ok(None);
    }
    let rule = refusal.code.parse().map_err(|_| SubmitError::Failed("a rule whose code is no label".into()))?;
    // A run that goes on meets the units again that it skipped: their commands are answered as before.
    let skip = SkipUnit { run: run.run, unit, rule };
    match submit(app, run, Arc::new(skip), &[&name, "skip"]).await {
        // Another process has completed the run meanwhile.
        Err(SubmitError::Refused { .. }) => Ok(None),
        other => other.map(Some),
    }
}

/// Counts the next unit that is done.
async fn take(
    under_way: &mut JoinSet<Result<Option<Accepted>, SubmitError>>,
    tally: &mut Tally,
) -> Result<(), Problem> {
    let Some(done) = under_way.join_next().await else { return Ok(()) };
    let accepted = done.map_err(|_| Problem::internal())??;
    tally.done = tally.done.saturating_add(1);
    let events = accepted.map(|accepted| accepted.events).unwrap_or_default();
    for event in events.iter() {
        if let Event::Account(AccountEvent::ChargePosted(posted)) = &event.event {
            tally.charges = tally.charges.saturating_add(1);
            tally.fen = tally.fen.saturating_add(posted.amount.fen());
        }
    }
    let is_skip = |event: &Event| matches!(event, Event::BillRun(BillRunEvent::UnitSkipped(_)));
    if events.iter().any(|event| is_skip(&event.event)) {
        tally.skipped = tally.skipped.saturating_add(1);
    }
    Ok(())
}

/// Submits a command of a run.
async fn submit(app: &App, run: &Run, command: Arc<dyn Decide>, parts: &[&str]) -> Result<Accepted, SubmitError> {
    let run_id = run.run.to_string();
    let mut natural = vec![run_id.as_str()];
    natural.extend_from_slice(parts);
    run.chain.submit(app, command, &natural).await
}
