//! A refund did not leave: the money is credit again, or the deposit is held again.

use super::refund_at_hand;
use crate::account::{DepositReturnFailed, RefundFailed, RefundSource, settle_late_fees};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChannelRefundId, RefundId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Returns the amount of a refund in flight to its lot or deposit.
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
        vec![self.account.into(), ChannelRefundId::of_refund(self.refund).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let refund = refund_at_hand(draft, self.account, self.refund)?;
        let (account, amount, reason) = (self.account, refund.amount, self.reason.clone());
        match refund.source {
            RefundSource::Credit { lot, value_on } => {
                let (holder, fund) = (refund.holder, refund.fund);
                let failed = RefundFailed { account, refund: self.refund, lot, amount, holder, fund, value_on, reason };
                draft.push(account, failed);
            }
            RefundSource::Deposit { deposit, fee_item } => {
                let payer = refund.holder;
                let failed =
                    DepositReturnFailed { account, refund: self.refund, deposit, fee_item, amount, payer, reason };
                draft.push(account, failed);
            }
        }
        settle_late_fees(draft, self.account)
    }
}
