//! Matches lines of bank statements that leave nothing to choose: at once when one was recorded here, then less and less often,
//! because what a unit owes changes. Any process may do it: the rule is asked again where the match is written, and a match's
//! command is named after its line.

use super::chain::Chain;
use super::rounds::{CATCH_UP, Pace, Paces, catch_up, rounds};
use crate::app::App;
use crate::gateway::Served;
use crate::gateway::orders::Order;
use crate::problem::Problem;
use mingzhang_domain::id::{LedgerId, PaymentId, PaymentOrderId};
use mingzhang_domain::payment::MatchBankLine;
use mingzhang_domain::payment_order::PaymentOrderEvent;
use mingzhang_domain::stream::Event;
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use mingzhang_store::lane::SubmitError;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// Works for ever.
pub async fn work(app: Arc<App>) {
    let paces: Paces<Uuid> = Paces::default();
    let failed = "lines of bank statements could not be matched";
    rounds(&app, &app.line_recorded, failed, |app, ledger| {
        let pace = paces.of(ledger);
        async move { match_lines(&app, ledger, &pace).await }
    })
    .await;
}

/// Looks at the lines of a community that may be matched.
async fn match_lines(app: &App, ledger: LedgerId, pace: &Pace<Uuid>) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    let mut ask = Ask { after: None, limit: MAX_PAGE };
    let mut seen = HashSet::new();
    loop {
        let page = app.read_models.lines_to_match(ledger, ask.clone()).await?.value;
        for line in &page.items {
            seen.insert(line.payment_id);
            if pace.is_due(&line.payment_id) {
                match_line(app, ledger, line.payment_id, line.position).await?;
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

async fn match_line(app: &App, ledger: LedgerId, payment: Uuid, position: i64) -> Result<(), Problem> {
    let chain = Chain::from(app, ledger, position).await?;
    let command = Arc::new(MatchBankLine { payment: PaymentId(payment) });
    match chain.submit(app, command, &[&payment.to_string()]).await {
        Ok(matched) => {
            tracing::info!(%ledger, %payment, "a line of a bank statement was matched");
            for event in matched.events.iter() {
                if matches!(event.event, Event::PaymentOrder(PaymentOrderEvent::PaymentOrderPaid(_))) {
                    end_at_provider(app, ledger, event.stream.id.into()).await;
                }
            }
            Ok(())
        }
        // A person decides.
        Err(SubmitError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// An order that a transfer paid is closed at its provider, so that nobody pays it there too; what is paid all the same becomes
/// credit.
async fn end_at_provider(app: &App, ledger: LedgerId, order: PaymentOrderId) {
    let closed = async {
        let order = Order::read(app, ledger, order).await?;
        Served::find(app, ledger, order.created.channel_account)?.close(app, &order).await
    };
    if let Err(problem) = closed.await {
        let code = problem.rule.code;
        tracing::warn!(%ledger, %order, code, "an order that a transfer paid could not be closed at its provider");
    }
}
