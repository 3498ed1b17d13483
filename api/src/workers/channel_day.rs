//! Reconciles yesterday of every channel account that this server speaks for, once its provider has the bill. What is done already
//! is left alone; what fails is tried again in the next round.

use super::rounds::{CATCH_UP, catch_up};
use crate::after::SERVICE;
use crate::app::App;
use crate::gateway::clock;
use crate::gateway::reconciliation::Reconciler;
use crate::problem::Problem;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{ChannelAccountId, ChannelDayId, LedgerId};
use mingzhang_domain::ledger::LedgerKind;
use std::sync::Arc;
use std::time::Duration;

/// How often work is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(600);
/// Providers have yesterday's bill at ten in the morning; a little later nobody waits.
const HOURS_AFTER_MIDNIGHT: i64 = 10;

/// Works for ever.
pub async fn work(app: Arc<App>) {
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if app.merchants.is_empty() {
            continue;
        }
        for company in app.directory.children(app.directory.installation()) {
            // Whose clock is given asks for what it wants.
            let by_system = matches!(clock(&app, company.ledger_id).await, Ok((_, None)));
            if company.kind != LedgerKind::Company || !by_system {
                continue;
            }
            for (channel, _) in app.directory.channel_accounts(company.ledger_id) {
                let Ok(reconciler) = Reconciler::find(&app, company.ledger_id, channel) else { continue };
                if let Err(problem) = reconcile(&app, (company.ledger_id, channel), &reconciler).await {
                    let code = problem.rule.code;
                    tracing::warn!(company = %company.ledger_id, %channel, code, "yesterday could not be reconciled");
                }
            }
        }
    }
}

/// Reconciles yesterday of one channel account, unless that was done.
async fn reconcile(
    app: &App,
    (company, channel): (LedgerId, ChannelAccountId),
    reconciler: &Reconciler,
) -> Result<(), Problem> {
    let ready = app.now() - chrono::Duration::hours(HOURS_AFTER_MIDNIGHT);
    let yesterday = CivilDate::of_instant(ready).map_err(|_| Problem::internal())?.day_before();
    catch_up(app, company, CATCH_UP).await?;
    if app.read_models.channel_day(company, ChannelDayId::of_day(channel, yesterday)).await?.value.is_some() {
        return Ok(());
    }
    let bill = reconciler.fetch(app, yesterday).await?;
    reconciler.reconcile(app, yesterday, bill, (SERVICE, None)).await.map(|_| ())
}
