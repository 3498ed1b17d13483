//! What the server does with an invoice at its provider: asks for it, asks where it stands, and writes down what the provider says.
//! Everything may happen twice and in any order; it is recorded once. What may have been asked for is looked for before it is asked
//! for again, under the same serial number: nothing is issued twice.

use super::orders::order;
use super::{InvoiceProvider, Standing};
use crate::app::App;
use crate::gateway::{self, stream};
use crate::problem::Problem;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{InvoiceId, LedgerId};
use mingzhang_domain::invoice::{
    InvoiceRefusal, InvoiceStage, InvoiceStanding, InvoiceState, RecordInvoice, RecordRedLetter, RedLetterStanding,
};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::StreamState;
use mingzhang_gateway::invoicing::RedOrder;
use mingzhang_store::lane::SubmitError;
use std::sync::Arc;

/// Who issues invoices for a community's company, if this server speaks with anybody who does.
///
/// # Errors
/// 404, or 409 `invoicing_must_be_served`.
pub fn provider_of(app: &App, ledger: LedgerId) -> Result<Arc<dyn InvoiceProvider>, Problem> {
    let company = app.directory.ledger(ledger).and_then(|ledger| ledger.parent);
    let letterhead = app.directory.letterhead(company.ok_or_else(Problem::ledger_unknown)?);
    let provider = letterhead.social_credit_code.and_then(|code| app.merchants.invoicing_of(&code));
    provider.ok_or_else(Problem::invoicing_must_be_served)
}

async fn read(app: &App, ledger: LedgerId, id: InvoiceId) -> Result<(Arc<InvoiceState>, InvoiceStage), Problem> {
    let (StreamState::Invoice(state), _) = stream(app, ledger, id.into()).await? else {
        return Err(Problem::internal());
    };
    let stage = state.stage().ok_or_else(|| Refusal::from(InvoiceRefusal::InvoiceMustExist))?;
    Ok((state, stage))
}

/// Where an invoice stands, as the log has it.
///
/// # Errors
/// 404, 503.
pub async fn stage_of(app: &App, ledger: LedgerId, id: InvoiceId) -> Result<InvoiceStage, Problem> {
    Ok(read(app, ledger, id).await?.1)
}

/// Has an invoice issued or red-lettered, or asks where it stands, and writes down what the provider says.
///
/// # Errors
/// 502 and 503 as the provider answers; it is asked again.
pub async fn look_at_invoice(app: &App, ledger: LedgerId, id: InvoiceId) -> Result<(), Problem> {
    let (state, stage) = read(app, ledger, id).await?;
    let (Some(of), provider) = (state.requested(), provider_of(app, ledger)?) else { return Ok(()) };
    match stage {
        InvoiceStage::Requested | InvoiceStage::Submitted => {
            let mut standing = provider.query(&id.serial(), app.now()).await?;
            if standing == Standing::Unheard && stage == InvoiceStage::Requested {
                let order = order(app, ledger, (id, of), &*provider).await?;
                standing = provider.submit(&order, app.now()).await?;
            }
            record(app, ledger, id, standing).await
        }
        InvoiceStage::RedRequested | InvoiceStage::RedConfirmed => {
            let (Some(red), Some((number, _))) = (state.red_letter(), state.issued()) else {
                return Err(Problem::internal());
            };
            let serial_no = id.red_serial(red.attempt.0);
            let mut standing = provider.query_red(&serial_no, app.now()).await?;
            if standing == Standing::Unheard && stage == InvoiceStage::RedRequested {
                let (invoice_no, reason) = (number.to_string(), red.reason.to_string());
                let order = RedOrder { serial_no, invoice_no, amount_with_tax: of.amount.negated(), reason };
                standing = provider.submit_red(&order, app.now()).await?;
            }
            record_red(app, ledger, (id, red.attempt.0), standing).await
        }
        InvoiceStage::Issued | InvoiceStage::Failed | InvoiceStage::RedLettered => Ok(()),
    }
}

/// Writes down where an invoice stands.
async fn record(app: &App, ledger: LedgerId, invoice: InvoiceId, standing: Standing) -> Result<(), Problem> {
    let (word, standing) = match standing {
        Standing::Taken => ("taken", InvoiceStanding::Submitted),
        Standing::Issued { number, issued_on } => ("issued", InvoiceStanding::Issued { number, issued_on }),
        Standing::Failed { code } => ("failed", InvoiceStanding::Failed { code }),
        Standing::Unheard | Standing::Confirmed { .. } => return lost(ledger, invoice),
    };
    submit(app, ledger, Arc::new(RecordInvoice { invoice, standing }), &[&invoice.serial(), word]).await
}

/// Writes down where a red letter stands.
async fn record_red(
    app: &App,
    ledger: LedgerId,
    (invoice, attempt): (InvoiceId, u32),
    standing: Standing,
) -> Result<(), Problem> {
    let (word, standing) = match standing {
        Standing::Confirmed { confirmation } => ("confirmed", RedLetterStanding::Confirmed { confirmation }),
        Standing::Issued { number, issued_on } => ("issued", RedLetterStanding::Issued { number, issued_on }),
        Standing::Failed { code } => ("failed", RedLetterStanding::Failed { code }),
        Standing::Taken => return Ok(()),
        Standing::Unheard => return lost(ledger, invoice),
    };
    let command = RecordRedLetter { invoice, attempt, standing };
    submit(app, ledger, Arc::new(command), &[&invoice.red_serial(attempt), word]).await
}

/// The provider took it and knows it no more: asked for again it could be issued twice, so a person has to look.
fn lost(ledger: LedgerId, invoice: InvoiceId) -> Result<(), Problem> {
    tracing::error!(%ledger, %invoice, "the provider does not know an invoice that it had taken");
    Ok(())
}

/// Submits what the provider says, under the number that makes it the same; what is known already changes nothing.
async fn submit(app: &App, ledger: LedgerId, command: Arc<dyn Decide>, natural: &[&str]) -> Result<(), Problem> {
    let company = app.directory.ledger(ledger).and_then(|ledger| ledger.parent).ok_or_else(Problem::ledger_unknown)?;
    let known = Refusal::from(InvoiceRefusal::InvoiceMustBeOngoing).code;
    match gateway::submit(app, (ledger, company.uuid()), command, natural).await {
        Err(SubmitError::Refused { refusal, .. }) if refusal.code == known => Ok(()),
        outcome => Ok(outcome?),
    }
}
