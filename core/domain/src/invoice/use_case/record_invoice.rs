//! The provider says where an invoice stands. It happened outside, so it is never refused but for being known already.

use super::{principal, receipts, requested};
use crate::account::ChargesInvoiced;
use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{InvoiceClaimId, InvoiceId};
use crate::invoice::{InvoiceFailed, InvoiceIssued, InvoiceNumber, InvoiceRefusal, InvoiceStage, InvoiceSubmitted};
use crate::invoice_claim::InvoicedMoneyReleased;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Code;

/// Where an invoice stands, as its provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoiceStanding {
    /// Taken, not yet issued.
    Submitted,
    /// Issued.
    Issued {
        /// Its number.
        number: InvoiceNumber,
        /// The day of it; a provider's clock that runs ahead of ours counts as today.
        issued_on: CivilDate,
    },
    /// Not issued, for ever.
    Failed {
        /// The provider's code.
        code: Code,
    },
}

/// The provider says where an invoice stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordInvoice {
    /// The invoice.
    pub invoice: InvoiceId,
    /// What the provider says.
    pub standing: InvoiceStanding,
}

impl Decide for RecordInvoice {
    fn operation(&self) -> &'static str {
        "record_invoice"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.invoice.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = requested(draft, self.invoice)?;
        let waits = match (stage, &self.standing) {
            (InvoiceStage::Requested, _) => true,
            (InvoiceStage::Submitted, standing) => *standing != InvoiceStanding::Submitted,
            _ => false,
        };
        let of = state.requested().filter(|_| waits).ok_or(InvoiceRefusal::InvoiceMustBeOngoing)?.clone();
        drop(state);
        match self.standing.clone() {
            InvoiceStanding::Submitted => draft.push(self.invoice, InvoiceSubmitted {}),
            InvoiceStanding::Issued { number, issued_on } => {
                let issued_on = issued_on.min(draft.context.today);
                let receipts = receipts(draft, &of);
                draft.push(self.invoice, InvoiceIssued { number, issued_on, receipts });
                let (invoice, on) = (self.invoice, outside_on(draft, issued_on));
                for (account, charges) in principal(&of) {
                    draft.push_on(account, on, ChargesInvoiced { invoice, charges });
                }
            }
            InvoiceStanding::Failed { code } => {
                draft.push(self.invoice, InvoiceFailed { code });
                let claim = InvoiceClaimId::of_payment(of.payment);
                draft.push(claim, InvoicedMoneyReleased { invoice: self.invoice });
            }
        }
        Ok(())
    }
}
