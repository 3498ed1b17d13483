//! Takes a refund back that its provider has not taken: nobody asks for it any more, and it ends once the provider says that it
//! does not know it.

use super::sent;
use crate::channel_refund::{ChannelRefundRefusal, ChannelRefundStage, ChannelRefundWithdrawn};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChannelRefundId, RefundId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Nobody is to ask the provider for this refund any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawRefund {
    /// The account.
    pub account: AccountId,
    /// The refund.
    pub refund: RefundId,
    /// Why.
    pub reason: Label,
}

impl Decide for WithdrawRefund {
    fn operation(&self) -> &'static str {
        "withdraw_refund"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![ChannelRefundId::of_refund(self.refund).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let stream = ChannelRefundId::of_refund(self.refund);
        let sent = sent(draft, stream)?;
        if sent.account != self.account {
            return Err(ChannelRefundRefusal::ChannelRefundMustExist.into());
        }
        match draft.channel_refund(stream).stage() {
            Some(ChannelRefundStage::Sent) => {}
            Some(ChannelRefundStage::Accepted | ChannelRefundStage::Abnormal) => {
                return Err(ChannelRefundRefusal::ChannelRefundMustNotBeAccepted.into());
            }
            Some(ChannelRefundStage::Withdrawn | ChannelRefundStage::Settled | ChannelRefundStage::Closed) | None => {
                return Err(ChannelRefundRefusal::ChannelRefundMustBeOngoing.into());
            }
        }
        draft.push(stream, ChannelRefundWithdrawn { attempt: sent.attempt, reason: self.reason.clone() });
        Ok(())
    }
}
