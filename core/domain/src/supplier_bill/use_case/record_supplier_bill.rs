//! Records the bill of a supplier, once per number while it stands.

use crate::books::outside_on;
use crate::calendar::{CivilDate, Month};
use crate::draft::{Decide, Draft};
use crate::id::{SupplierBillId, SupplierId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::supplier_bill::{BillOf, SupplierBillRecorded, SupplierBillRefusal, Utility};
use crate::value::{Code, Label};

/// A supplier's bill came; it happened outside, so it counts on its day, if its month is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSupplierBill {
    /// The bill: its id derives from supplier and number.
    pub bill: SupplierBillId,
    /// The supplier: its id derives from his name.
    pub supplier: SupplierId,
    /// Name of the supplier; never a person's.
    pub name: Label,
    /// The bill's number.
    pub number: Code,
    /// What he supplies.
    pub utility: Utility,
    /// The month that it is for.
    pub period: Month,
    /// How much, tax included.
    pub amount: Money,
    /// The day it came.
    pub received_on: CivilDate,
}

impl Decide for RecordSupplierBill {
    fn operation(&self) -> &'static str {
        "record_supplier_bill"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.bill.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.supplier_bill(self.bill).recorded().is_some() {
            return Err(SupplierBillRefusal::SupplierBillMustBeNew.with("supplier_bill", self.bill).at("/number"));
        }
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if self.received_on > draft.context.today {
            return Err(SupplierBillRefusal::ReceivedOnMustNotBeInFuture.at("/received_on"));
        }
        let on = outside_on(draft, self.received_on);
        let recorded = SupplierBillRecorded {
            of: BillOf { supplier: self.supplier, utility: self.utility, period: self.period },
            name: self.name.clone(),
            number: self.number.clone(),
            amount: self.amount,
            received_on: self.received_on,
        };
        draft.push_on(self.bill, on, recorded);
        Ok(())
    }
}
