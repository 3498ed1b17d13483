//! Has invoices issued and red-lettered that were asked for, and asks what became of them: at once when one was asked for here, then
//! less and less often. Any process may do it; a provider issues a serial number once.

use super::rounds::{CATCH_UP, Pace, Paces, catch_up, rounds};
use crate::app::App;
use crate::invoicing::look_at_invoice;
use crate::problem::Problem;
use mingzhang_domain::id::{InvoiceId, LedgerId};
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// A provider is asked about an invoice this often at first: most are issued within seconds.
const OFTEN: Duration = Duration::from_secs(2);

/// Works for ever.
pub async fn work(app: Arc<App>) {
    let paces = Paces::beginning(OFTEN);
    rounds(&app, &app.invoice_asked, "invoices could not be looked at", |app, ledger| {
        let pace = paces.of(ledger);
        async move { if app.merchants.issues_no_invoices() { Ok(()) } else { look_at_all(&app, ledger, &pace).await } }
    })
    .await;
}

/// Looks at the invoices of a community of which a provider is to say something.
async fn look_at_all(app: &Arc<App>, ledger: LedgerId, pace: &Pace<String>) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    let mut ask = Ask { after: None, limit: MAX_PAGE };
    let mut seen = HashSet::new();
    loop {
        let page = app.read_models.invoices_ongoing(ledger, ask.clone()).await?.value;
        for row in &page.items {
            let serial = row.red_serial.clone().unwrap_or_else(|| row.serial.clone());
            let is_due = pace.is_due(&serial);
            seen.insert(serial);
            if !is_due {
                continue;
            }
            if let Err(problem) = look_at_invoice(app, ledger, InvoiceId(row.invoice_id)).await {
                tracing::warn!(%ledger, invoice = %row.invoice_id, code = problem.rule.code, "an invoice has no answer");
            }
        }
        match page.items.last() {
            Some(last) if page.more => ask.after = Some(last.position),
            _ => break,
        }
    }
    pace.keep(&seen);
    if let Some(wait) = pace.until_next() {
        wake_after(Arc::clone(app), wait);
    }
    Ok(())
}

/// What was looked at may be issued before the next round. Many that wake it at once wake it once.
fn wake_after(app: Arc<App>, wait: Duration) {
    tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        app.invoice_asked.notify_one();
    });
}
