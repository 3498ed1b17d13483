//! Asks providers for every order that has no answer yet, and ends those whose time is over: a notification may never come.

use super::chain::communities;
use super::rounds::{CATCH_UP, catch_up};
use crate::app::App;
use crate::gateway::Served;
use crate::gateway::orders::Order;
use crate::problem::Problem;
use mingzhang_domain::id::{ChannelAccountId, LedgerId, PaymentOrderId};
use mingzhang_projections::payment_order::PaymentOrder;
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How often providers are asked.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// A notification usually comes sooner.
const NOT_BEFORE: chrono::Duration = chrono::Duration::seconds(10);
/// Orders asked for at a time.
const IN_FLIGHT: usize = 8;

/// Asks for ever.
pub async fn work(app: Arc<App>) {
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if app.merchants.is_empty() {
            continue;
        }
        for ledger in communities(&app) {
            if let Err(problem) = look_at_orders(&app, ledger).await {
                tracing::warn!(%ledger, code = problem.rule.code, "payment orders could not be looked at");
            }
        }
    }
}

/// Looks at the live orders of a community once.
///
/// # Errors
/// 503 when the database is away; what fails of one order is said, and tried again.
pub async fn look_at_orders(app: &Arc<App>, ledger: LedgerId) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    let mut ask = Ask { after: None, limit: MAX_PAGE };
    let mut under_way = JoinSet::new();
    loop {
        let page = app.read_models.live_payment_orders(ledger, ask.clone()).await?.value;
        let last = page.items.last().map(|row| row.position);
        for row in page.items.into_iter().filter(|row| row.created_at + NOT_BEFORE <= app.now()) {
            if under_way.len() >= IN_FLIGHT {
                under_way.join_next().await;
            }
            let app = Arc::clone(app);
            under_way.spawn(async move {
                if let Err(problem) = look(&app, ledger, &row).await {
                    tracing::warn!(%ledger, order = %row.payment_order_id, code = problem.rule.code, "an order has no answer");
                }
            });
        }
        match last {
            Some(last) if page.more => ask.after = Some(last),
            _ => break,
        }
    }
    while under_way.join_next().await.is_some() {}
    Ok(())
}

async fn look(app: &App, ledger: LedgerId, row: &PaymentOrder) -> Result<(), Problem> {
    let served = Served::find(app, ledger, ChannelAccountId(row.channel_account_id))?;
    let order = Order::read(app, ledger, PaymentOrderId(row.payment_order_id)).await?;
    served.look(app, &order, None).await
}
