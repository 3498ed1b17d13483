//! The provider says where a red letter stands. It happened outside, so it is never refused but for being known already.

use super::{principal, receipts, requested};
use crate::account::ChargesRedLettered;
use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{InvoiceClaimId, InvoiceId};
use crate::invoice::{
    InvoiceNumber, InvoiceRedLettered, InvoiceRefusal, InvoiceStage, RedLetterConfirmed, RedLetterFailed,
};
use crate::invoice_claim::InvoicedMoneyReleased;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Code, Count};

/// Where a red letter stands, as the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedLetterStanding {
    /// Confirmed; the negative invoice is not yet issued.
    Confirmed {
        /// Number of the confirmation.
        confirmation: Code,
    },
    /// The negative invoice is issued.
    Issued {
        /// Its number.
        number: InvoiceNumber,
        /// The day of it; a provider's clock that runs ahead of ours counts as today.
        issued_on: CivilDate,
    },
    /// It will not be issued.
    Failed {
        /// The provider's code.
        code: Code,
    },
}

/// The provider says where a red letter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRedLetter {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Which try.
    pub attempt: u32,
    /// What the provider says.
    pub standing: RedLetterStanding,
}

impl Decide for RecordRedLetter {
    fn operation(&self) -> &'static str {
        "record_red_letter"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.invoice.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = requested(draft, self.invoice)?;
        let waits = match (stage, &self.standing) {
            (InvoiceStage::RedRequested, _) => true,
            (InvoiceStage::RedConfirmed, standing) => !matches!(standing, RedLetterStanding::Confirmed { .. }),
            _ => false,
        };
        let current = state.red_letter().is_some_and(|newest| newest.attempt.0 == self.attempt);
        let of = state.requested().filter(|_| waits && current).ok_or(InvoiceRefusal::InvoiceMustBeOngoing)?.clone();
        drop(state);
        let attempt = Count(self.attempt);
        match self.standing.clone() {
            RedLetterStanding::Confirmed { confirmation } => {
                draft.push(self.invoice, RedLetterConfirmed { attempt, confirmation });
            }
            RedLetterStanding::Issued { number, issued_on } => {
                let issued_on = issued_on.min(draft.context.today);
                let receipts = receipts(draft, &of);
                draft.push(self.invoice, InvoiceRedLettered { attempt, number, issued_on, receipts });
                let (invoice, on) = (self.invoice, outside_on(draft, issued_on));
                for (account, charges) in principal(&of) {
                    draft.push_on(account, on, ChargesRedLettered { invoice, charges });
                }
                let claim = InvoiceClaimId::of_payment(of.payment);
                draft.push(claim, InvoicedMoneyReleased { invoice: self.invoice });
            }
            RedLetterStanding::Failed { code } => draft.push(self.invoice, RedLetterFailed { attempt, code }),
        }
        Ok(())
    }
}
