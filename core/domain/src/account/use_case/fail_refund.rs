//! A refund did not leave: the money is credit again.

use super::refund_in_flight;
use crate::account::{RefundFailed, settle_late_fees};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, RefundId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Returns the amount of a refund in flight to its lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailRefund {
    /// The account.
    pub account: AccountId,
    /// The refund.
    pub refund: RefundId,
    /// Why.
    pub reason: Label,
}

impl Decide for FailRefund {
    fn operation(&self) -> &'static str {
        "fail_refund"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let refund = refund_in_flight(draft, self.account, self.refund)?;
        let failed = RefundFailed {
            account: self.account,
            refund: self.refund,
            lot: refund.lot,
            amount: refund.amount,
            holder: refund.holder,
            fund: refund.fund,
            value_on: refund.value_on,
            reason: self.reason.clone(),
        };
        draft.push(self.account, failed);
        settle_late_fees(draft, self.account)
    }
}
