//! Has refunds paid that were given to a provider, and asks what became of them: at once when one was sent here, then less and
//! less often, because a bank may take days. Any process may do it; a provider pays a number once.

use super::rounds::{CATCH_UP, Pace, Paces, catch_up, rounds};
use crate::app::App;
use crate::gateway::Served;
use crate::gateway::refunds::SentRefund;
use crate::problem::Problem;
use mingzhang_domain::id::{ChannelAccountId, ChannelRefundId, LedgerId};
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use mingzhang_projections::refund::Refund;
use std::collections::HashSet;
use std::sync::Arc;

/// Works for ever.
pub async fn work(app: Arc<App>) {
    let paces = Paces::default();
    let failed = "refunds at providers could not be looked at";
    rounds(&app, &app.refund_sent, failed, |app, ledger| {
        let pace = paces.of(ledger);
        async move { if app.merchants.is_empty() { Ok(()) } else { look_at_refunds(&app, ledger, &pace).await } }
    })
    .await;
}

/// Looks at the refunds of a community that a provider may still pay.
async fn look_at_refunds(app: &App, ledger: LedgerId, pace: &Pace<String>) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    let mut ask = Ask { after: None, limit: MAX_PAGE };
    let mut seen = HashSet::new();
    loop {
        let page = app.read_models.refunds_at_providers(ledger, ask.clone()).await?.value;
        for row in &page.items {
            let number = row.channel_number.clone().unwrap_or_default();
            let is_due = pace.is_due(&number);
            seen.insert(number);
            if !is_due {
                continue;
            }
            if let Err(problem) = look(app, ledger, row).await {
                tracing::warn!(%ledger, refund = %row.refund_id, code = problem.rule.code, "a refund has no answer");
            }
        }
        match page.items.last() {
            Some(last) if page.more => ask.after = Some(last.position),
            _ => break,
        }
    }
    pace.keep(&seen);
    Ok(())
}

async fn look(app: &App, ledger: LedgerId, row: &Refund) -> Result<(), Problem> {
    let channel = row.sent_by_channel_account_id.ok_or_else(Problem::internal)?;
    let served = Served::find(app, ledger, ChannelAccountId(channel))?;
    let refund = SentRefund::read(app, ledger, ChannelRefundId(row.refund_id)).await?;
    served.look_at_refund(app, &refund).await
}
