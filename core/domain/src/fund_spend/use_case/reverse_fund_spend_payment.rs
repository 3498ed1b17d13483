//! Reverses the record of a payment of a spend that was none.

use super::opened;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundSpendPaid, FundSpendPaymentReversed, FundSpendRefusal};
use crate::id::{FundSpendId, SupplierPaymentId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Undoes a payment of a spend, whole.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseFundSpendPayment {
    /// The spend.
    pub spend: FundSpendId,
    /// The payment.
    pub payment: SupplierPaymentId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl ReverseFundSpendPayment {
    fn paid(&self, draft: &Draft<'_>) -> Result<FundSpendPaid, Refusal> {
        let (state, ..) = opened(draft, self.spend)?;
        Ok(state.payment(self.payment).cloned().ok_or(FundSpendRefusal::FundSpendPaymentMustStand)?)
    }
}

impl Staked for ReverseFundSpendPayment {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake { amount: Some(self.paid(draft)?.amount), accounts: Vec::new(), always_approved: true })
    }
}

impl Decide for ReverseFundSpendPayment {
    fn operation(&self) -> &'static str {
        "reverse_fund_spend_payment"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.spend.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let paid = self.paid(draft)?;
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let reversed = FundSpendPaymentReversed {
            supplier: paid.supplier,
            payment: self.payment,
            amount: paid.amount,
            channel_account: paid.channel_account,
            channel: paid.channel,
            reason: self.reason.clone(),
            approved,
            seen,
        };
        draft.push(self.spend, reversed);
        Ok(())
    }
}
