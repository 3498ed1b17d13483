//! The fold of a `payment` stream: how much came in, what became of it, and which receipts say so.

use super::event::{PaymentEvent, PaymentReceived, ReceiptIssued, ReceiptLine, Series};
use crate::calendar::CivilDate;
use crate::draft::Fact;
use crate::id::{AccountId, LotId, PartyId, ReceiptId};
use crate::money::Money;
use std::sync::Arc;

/// A receipt of the payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its id.
    pub receipt: ReceiptId,
    /// Which series.
    pub series: Series,
    /// To whose debt.
    pub obligor: PartyId,
    /// What it says.
    pub lines: Vec<ReceiptLine>,
    /// How often it was printed.
    pub prints: u32,
    /// Not reversed.
    pub live: bool,
}

/// The fold of a `payment` stream.
#[derive(Debug, Clone, Default)]
pub struct PaymentState {
    received: Option<(Arc<PaymentReceived>, CivilDate)>,
    suspense: Money,
    returned: Money,
    reversed: bool,
    set_aside: bool,
    matched: Option<AccountId>,
    newest: Option<CivilDate>,
    lots: Vec<(AccountId, LotId)>,
    receipts: Vec<Arc<Receipt>>,
}

impl PaymentState {
    /// The money as it came in; nothing in an empty stream.
    pub fn received(&self) -> Option<&Arc<PaymentReceived>> {
        self.received.as_ref().map(|(received, _)| received)
    }

    /// Accounting date of the money; nothing in an empty stream.
    pub fn effective_on(&self) -> Option<CivilDate> {
        self.received.as_ref().map(|(_, day)| *day)
    }

    /// What of it is nobody's yet.
    pub fn suspense(&self) -> Money {
        self.suspense
    }

    /// What of it went back.
    pub fn returned(&self) -> Money {
        self.returned
    }

    /// True when the record was a mistake, the bank took the money back, or other facts have it already.
    pub fn is_reversed(&self) -> bool {
        self.reversed || self.set_aside
    }

    /// True while it is a line that other facts have.
    pub fn is_set_aside(&self) -> bool {
        self.set_aside
    }

    /// The account, or the first of them, that the system found it to be of, until somebody says that it is not.
    pub fn matched(&self) -> Option<AccountId> {
        self.matched
    }

    /// The newest accounting date of what became of it.
    pub fn newest_on(&self) -> Option<CivilDate> {
        self.newest
    }

    /// The lots it became, with their accounts.
    pub fn lots(&self) -> &[(AccountId, LotId)] {
        &self.lots
    }

    /// All its receipts, reversed ones too.
    pub fn receipts(&self) -> &[Arc<Receipt>] {
        &self.receipts
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &PaymentEvent, fact: &Fact<'_>) {
        self.newest = self.newest.max(Some(fact.effective_on));
        match event {
            PaymentEvent::PaymentReceived(e) => {
                self.suspense = e.amount;
                self.received = Some((Arc::new(e.clone()), fact.effective_on));
            }
            PaymentEvent::PaymentIdentified(e) => {
                self.suspense = self.suspense.fold(e.amount.negated());
                self.lots.push((e.account, e.lot));
            }
            PaymentEvent::PaymentUnidentified(e) => self.suspense = self.suspense.fold(e.amount),
            PaymentEvent::SuspenseReturned(e) => {
                self.suspense = self.suspense.fold(e.amount.negated());
                self.returned = self.returned.fold(e.amount);
            }
            PaymentEvent::PaymentReversed(e) => {
                self.suspense = self.suspense.fold(e.amount.negated());
                self.reversed = true;
            }
            PaymentEvent::PaymentBounced(e) => {
                self.suspense = self.suspense.fold(e.amount.negated());
                self.reversed = true;
            }
            PaymentEvent::BankLineSetAside(e) => {
                self.suspense = self.suspense.fold(e.amount.negated());
                self.set_aside = true;
            }
            PaymentEvent::BankLineTakenUp(e) => {
                self.suspense = self.suspense.fold(e.amount);
                self.set_aside = false;
            }
            PaymentEvent::BankLineMatched(e) => self.matched = Some(e.account),
            PaymentEvent::BankLineOrderMatched(e) => self.matched = Some(e.account),
            PaymentEvent::BankMatchUndone(_) => self.matched = None,
            PaymentEvent::ReceiptIssued(e) => self.receipts.push(Arc::new(issued(e))),
            PaymentEvent::ReceiptPrinted(e) => self.change(e.receipt, |receipt| receipt.prints = e.print.0),
            PaymentEvent::ReceiptReversed(e) => self.change(e.receipt, |receipt| receipt.live = false),
        }
    }

    fn change(&mut self, id: ReceiptId, change: impl FnOnce(&mut Receipt)) {
        if let Some(receipt) = self.receipts.iter_mut().find(|r| r.receipt == id) {
            change(Arc::make_mut(receipt));
        }
    }
}

fn issued(e: &ReceiptIssued) -> Receipt {
    Receipt { receipt: e.receipt, series: e.series, obligor: e.obligor, lines: e.lines.clone(), prints: 0, live: true }
}
