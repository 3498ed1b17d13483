//! Refunds credit: requested by one, approved by another, then paid out or failed.

use super::{lot_of, payee_must_fit};
use crate::account::{AccountRefusal, Lot, RefundApproved, settle_late_fees};
use crate::approval::{Authority, Stake, Staked, Warrant, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, LotId, PartyId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::{Digest, Label};
use std::sync::Arc;

/// Carries an approved refund out: the credit becomes payable. What a charge took must be undone first.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ApproveRefund {
    /// The account.
    pub account: AccountId,
    /// The lot.
    pub lot: LotId,
    /// How much, never more than is left of the lot.
    pub amount: Money,
    /// Another party that it is paid to, never by a limit alone; absent: to the source of the money.
    pub payee: Option<PartyId>,
    /// Commitment to the evidence that the payee may have it, such as the SHA-256 of the signed instruction.
    pub evidence: Option<Digest>,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ApproveRefund {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let stake = Stake::of(self.amount, self.account);
        Ok(Stake { always_approved: self.payee.is_some(), ..stake })
    }
}

impl Decide for ApproveRefund {
    fn operation(&self) -> &'static str {
        "approve_refund"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let lot = self.refundable(draft)?;
        payee_must_fit(draft, lot.holder, (self.payee, self.evidence))?;
        let warrant = authorise(draft, self, self.authority)?;
        self.carry_out(draft, warrant)
    }
}

impl ApproveRefund {
    /// The credit becomes payable, on somebody's word.
    ///
    /// # Errors
    /// [`AccountRefusal`] when there is less of it.
    pub(crate) fn carry_out(&self, draft: &mut Draft<'_>, warrant: Warrant) -> Result<(), Refusal> {
        let lot = self.refundable(draft)?;
        let refund = RefundApproved {
            account: self.account,
            refund: draft.mint("refund"),
            lot: self.lot,
            payment: lot.payment(),
            amount: self.amount,
            holder: lot.holder,
            payee: self.payee,
            evidence: self.evidence,
            fund: lot.fund,
            value_on: lot.value_on,
            reason: self.reason.clone(),
            approved: warrant.approved,
            seen: warrant.seen,
        };
        draft.push(self.account, refund);
        settle_late_fees(draft, self.account)
    }

    fn refundable(&self, draft: &Draft<'_>) -> Result<Arc<Lot>, Refusal> {
        let lot = lot_of(draft, self.account, self.lot)?;
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if self.amount > lot.rest {
            return Err(AccountRefusal::AmountMustNotExceedRefundable.with("refundable", lot.rest).at("/amount"));
        }
        Ok(lot)
    }
}
