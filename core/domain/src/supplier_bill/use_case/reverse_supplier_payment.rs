//! Reverses the record of a payment that was none.

use super::standing;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{SupplierBillId, SupplierPaymentId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::supplier_bill::{SupplierBillPaid, SupplierBillRecorded, SupplierBillRefusal, SupplierPaymentReversed};
use crate::value::Label;

/// Undoes a payment of a bill, whole.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseSupplierPayment {
    /// The bill.
    pub bill: SupplierBillId,
    /// The payment.
    pub payment: SupplierPaymentId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl ReverseSupplierPayment {
    fn paid(&self, draft: &Draft<'_>) -> Result<(SupplierBillRecorded, SupplierBillPaid), Refusal> {
        let (state, recorded, _) = standing(draft, self.bill)?;
        let paid = state.payment(self.payment).cloned().ok_or(SupplierBillRefusal::SupplierPaymentMustStand)?;
        Ok((recorded, paid))
    }
}

impl Staked for ReverseSupplierPayment {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (_, paid) = self.paid(draft)?;
        Ok(Stake { amount: Some(paid.amount), ..Stake::default() })
    }
}

impl Decide for ReverseSupplierPayment {
    fn operation(&self) -> &'static str {
        "reverse_supplier_payment"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.bill.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (recorded, paid) = self.paid(draft)?;
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let reversed = SupplierPaymentReversed {
            of: recorded.of,
            payment: self.payment,
            amount: paid.amount,
            channel_account: paid.channel_account,
            channel: paid.channel,
            reason: self.reason.clone(),
            approved,
            seen,
        };
        draft.push(self.bill, reversed);
        Ok(())
    }
}
