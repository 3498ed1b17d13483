//! Gives a refund to the provider of its payment. The fact comes first: whoever asks the provider, and however often, asks for
//! the same.

use crate::account::{Refund, refund_in_flight};
use crate::channel_account::ChannelKind;
use crate::channel_refund::{ChannelRefundRefusal, ChannelRefundSent};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChannelRefundId, PaymentId, RefundId};
use crate::money::Money;
use crate::payment::{Channel, PaymentRefusal};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// An approved refund goes back the way its money came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendRefund {
    /// The account.
    pub account: AccountId,
    /// The refund.
    pub refund: RefundId,
    /// Where the payment lies.
    pub channel: Channel,
}

impl Decide for SendRefund {
    fn operation(&self) -> &'static str {
        "send_refund"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), ChannelRefundId::of_refund(self.refund).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let refund = refund_in_flight(draft, self.account, self.refund)?;
        let stream = ChannelRefundId::of_refund(self.refund);
        if self.channel.kind != ChannelKind::Online {
            return Err(ChannelRefundRefusal::RefundMustBeOnline.at("/channel_account"));
        }
        if refund.payee.is_some() {
            return Err(ChannelRefundRefusal::RefundMustGoToSource.into());
        }
        let payment = self.came_by(draft, &refund);
        let payment =
            payment.ok_or_else(|| ChannelRefundRefusal::RefundMustHaveComeByChannel.at("/channel_account"))?;
        let before = draft.channel_refund(stream);
        if before.is_ongoing() {
            return Err(ChannelRefundRefusal::RefundMustNotBeSent.into());
        }
        let received = draft.payment(payment).received().ok_or(PaymentRefusal::PaymentMustExist)?.clone();
        let sent = ChannelRefundSent {
            account: self.account,
            attempt: Count(before.sent().map_or(1, |sent| sent.attempt.0 + 1)),
            payment,
            reference: received.reference.clone(),
            total: received.amount,
            amount: refund.amount,
            channel_account: self.channel.id,
            purse: self.channel.purse,
            seen: self.channel.seen.clone(),
        };
        draft.push(stream, sent);
        Ok(())
    }
}

impl SendRefund {
    /// The payment that the money came with: that of the lot, or one that paid so much of the deposit.
    fn came_by(&self, draft: &Draft<'_>, refund: &Refund) -> Option<PaymentId> {
        let state = draft.account(self.account);
        let here = |lot| state.lot(lot).and_then(|lot| lot.payment_by(self.channel.id));
        match refund.lot() {
            Some(lot) => here(lot),
            None => {
                let paid = state.allocations().filter(|paid| refund.is_of_charge(paid.charge));
                let mut enough = paid.filter(|paid| paid.amount >= refund.amount && paid.amount > Money::ZERO);
                enough.find_map(|paid| here(paid.lot))
            }
        }
    }
}
