//! Reverses the record of a bill that was wrong; its number may be recorded again.

use super::standing;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::SupplierBillId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::supplier_bill::{SupplierBillRefusal, SupplierBillReversed};
use crate::value::Label;

/// Undoes a bill of which nothing is paid, used by the company or carried on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseSupplierBill {
    /// The bill.
    pub bill: SupplierBillId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ReverseSupplierBill {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (_, recorded, _) = standing(draft, self.bill)?;
        Ok(Stake { amount: Some(recorded.amount), ..Stake::default() })
    }
}

impl Decide for ReverseSupplierBill {
    fn operation(&self) -> &'static str {
        "reverse_supplier_bill"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.bill.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, recorded, _) = standing(draft, self.bill)?;
        if !state.is_untouched() {
            return Err(SupplierBillRefusal::SupplierBillMustBeUntouched.into());
        }
        drop(state);
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let (of, amount, reason) = (recorded.of, recorded.amount, self.reason.clone());
        draft.push(self.bill, SupplierBillReversed { of, amount, reason, approved, seen });
        Ok(())
    }
}
