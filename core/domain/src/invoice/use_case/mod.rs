//! Commands of invoices, one file each.

mod record_invoice;
mod record_red_letter;
mod request_invoice;
mod request_red_letter;

pub use record_invoice::{InvoiceStanding, RecordInvoice};
pub use record_red_letter::{RecordRedLetter, RedLetterStanding};
pub use request_invoice::RequestInvoice;
pub use request_red_letter::RequestRedLetter;

use super::event::InvoiceRequested;
use super::refusal::InvoiceRefusal;
use super::state::{InvoiceStage, InvoiceState};
use crate::account::{InvoicedCharge, Part};
use crate::draft::Draft;
use crate::id::{AccountId, InvoiceId, ReceiptId};
use crate::payment::Series;
use crate::refusal::Refusal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The receipts that hold of the money of an invoice.
fn receipts(draft: &Draft<'_>, of: &InvoiceRequested) -> Vec<ReceiptId> {
    let payment = draft.payment(of.payment);
    let same = |series, obligor| series == Series::Fees && obligor == of.obligor;
    let receipts = payment.receipts().iter().filter(|r| r.live && same(r.series, r.obligor));
    receipts.map(|receipt| receipt.receipt).collect()
}

/// The principal on an invoice, by account; tax of late fees is due when they are paid.
fn principal(of: &InvoiceRequested) -> BTreeMap<AccountId, Vec<InvoicedCharge>> {
    let mut all: BTreeMap<AccountId, Vec<InvoicedCharge>> = BTreeMap::new();
    for line in &of.lines {
        for part in line.parts.iter().filter(|part| part.part == Part::Principal) {
            all.entry(line.account).or_default().push(InvoicedCharge { charge: part.charge, amount: part.amount });
        }
    }
    all
}

/// An invoice that was requested, and where it stands.
fn requested(draft: &Draft<'_>, invoice: InvoiceId) -> Result<(Arc<InvoiceState>, InvoiceStage), Refusal> {
    let state = draft.invoice(invoice);
    let stage = state.stage().ok_or(InvoiceRefusal::InvoiceMustExist)?;
    Ok((state, stage))
}
