//! The fold of a `supplier_bill` stream: what was recorded, what of it is paid, used by the company, carried on.

use super::event::{SupplierBillEvent, SupplierBillPaid, SupplierBillRecorded};
use crate::calendar::{CivilDate, Month};
use crate::draft::Fact;
use crate::id::SupplierPaymentId;
use crate::money::Money;
use std::collections::BTreeMap;

/// The fold of a `supplier_bill` stream.
#[derive(Debug, Clone, Default)]
pub struct SupplierBillState {
    recorded: Option<(SupplierBillRecorded, CivilDate)>,
    /// Those that stand.
    payments: BTreeMap<SupplierPaymentId, SupplierBillPaid>,
    own_use: Money,
    /// Into which periods how much is carried.
    carried: BTreeMap<Month, Money>,
}

impl SupplierBillState {
    /// What was recorded, with its accounting date; nothing while no bill stands.
    pub fn recorded(&self) -> Option<&(SupplierBillRecorded, CivilDate)> {
        self.recorded.as_ref()
    }

    /// A payment that stands.
    pub fn payment(&self, payment: SupplierPaymentId) -> Option<&SupplierBillPaid> {
        self.payments.get(&payment)
    }

    /// The payments that stand.
    pub fn payments(&self) -> impl Iterator<Item = &SupplierBillPaid> {
        self.payments.values()
    }

    /// What of it is paid.
    pub fn paid(&self) -> Money {
        self.payments.values().map(|payment| payment.amount).sum()
    }

    /// What of it the company used itself.
    pub fn own_use(&self) -> Money {
        self.own_use
    }

    /// True while nothing of it is paid, used by the company or carried on.
    pub fn is_untouched(&self) -> bool {
        self.payments.is_empty() && self.own_use.is_zero() && self.carried.values().all(|amount| amount.is_zero())
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &SupplierBillEvent, fact: &Fact<'_>) {
        match event {
            SupplierBillEvent::SupplierBillRecorded(e) => self.recorded = Some((e.clone(), fact.effective_on)),
            SupplierBillEvent::SupplierBillReversed(_) => *self = Self::default(),
            SupplierBillEvent::SupplierBillPaid(e) => {
                self.payments.insert(e.payment, e.clone());
            }
            SupplierBillEvent::SupplierPaymentReversed(e) => {
                self.payments.remove(&e.payment);
            }
            SupplierBillEvent::OwnUseSet(e) => self.own_use = e.amount,
            SupplierBillEvent::DifferenceCarried(e) => {
                let carried = self.carried.entry(e.to).or_default();
                *carried = carried.fold(e.amount);
            }
        }
    }
}
