//! Refunds credit: requested by one, approved by another, then paid out or failed.

use super::lot_of;
use crate::account::{AccountRefusal, RefundApproved};
use crate::approval::{Approvable, Authority, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, LotId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::Label;

/// Carries an approved refund out: the credit becomes payable. What a charge took must be undone first.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ApproveRefund {
    /// The account.
    pub account: AccountId,
    /// The lot.
    pub lot: LotId,
    /// How much, never more than is left of the lot.
    pub amount: Money,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Approvable for ApproveRefund {}

impl Decide for ApproveRefund {
    fn operation(&self) -> &'static str {
        "approve_refund"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let lot = lot_of(draft, self.account, self.lot)?;
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if self.amount > lot.rest {
            return Err(AccountRefusal::AmountMustNotExceedRefundable.with("refundable", lot.rest).at("/amount"));
        }
        let approved = authorise(draft, self, self.amount, self.authority)?;
        let refund = RefundApproved {
            account: self.account,
            refund: draft.mint("refund"),
            lot: self.lot,
            payment: lot.payment,
            amount: self.amount,
            holder: lot.holder,
            fund: lot.fund,
            reason: self.reason.clone(),
            approved,
        };
        draft.push(self.account, refund);
        Ok(())
    }
}
