//! Asks for an invoice to be red-lettered 红冲, whole: what is wrong in it is never changed.

use super::requested;
use crate::draft::{Decide, Draft};
use crate::id::InvoiceId;
use crate::invoice::{InvoiceRefusal, InvoiceStage, RedLetterRequested};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Count, Label};

/// An invoice is to be red-lettered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRedLetter {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Why.
    pub reason: Label,
}

impl Decide for RequestRedLetter {
    fn operation(&self) -> &'static str {
        "request_red_letter"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.invoice.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = requested(draft, self.invoice)?;
        if stage != InvoiceStage::Issued {
            return Err(InvoiceRefusal::InvoiceMustBeIssued.into());
        }
        let attempt = Count(state.red_letter().map_or(1, |before| before.attempt.0 + 1));
        drop(state);
        draft.push(self.invoice, RedLetterRequested { attempt, reason: self.reason.clone() });
        Ok(())
    }
}
