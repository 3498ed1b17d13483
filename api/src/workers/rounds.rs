//! What workers have in common: they look for work again and again, in every community, at once when this process has some.

use super::chain::communities;
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::log;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How often work is looked for that another process has left.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How long a worker waits for the read models to show what the log holds.
pub const CATCH_UP: Duration = Duration::from_secs(60);

/// Goes round for ever. What fails in a community is said, by what it is called, and tried again in the next round.
pub async fn rounds<Work>(
    app: &Arc<App>,
    woken: &Notify,
    failed: &'static str,
    work: impl Fn(Arc<App>, LedgerId) -> Work,
) where
    Work: Future<Output = Result<(), Problem>>,
{
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = woken.notified() => {}
        }
        for ledger in communities(app) {
            if let Err(problem) = work(Arc::clone(app), ledger).await {
                tracing::warn!(%ledger, code = problem.rule.code, "{failed}");
            }
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
