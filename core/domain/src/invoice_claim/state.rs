//! The fold of an `invoice_claim` stream: which live invoices are of a payment's money.

use super::event::InvoiceClaimEvent;
use crate::draft::Fact;
use crate::id::InvoiceId;
use std::collections::BTreeSet;

/// The fold of an `invoice_claim` stream.
#[derive(Debug, Clone, Default)]
pub struct InvoiceClaimState {
    live: BTreeSet<InvoiceId>,
}

impl InvoiceClaimState {
    /// Invoices that are requested or issued, and not red-lettered.
    pub fn live(&self) -> impl Iterator<Item = InvoiceId> {
        self.live.iter().copied()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &InvoiceClaimEvent, _fact: &Fact<'_>) {
        match event {
            InvoiceClaimEvent::MoneyInvoiced(e) => drop(self.live.insert(e.invoice)),
            InvoiceClaimEvent::InvoicedMoneyReleased(e) => drop(self.live.remove(&e.invoice)),
        }
    }
}
