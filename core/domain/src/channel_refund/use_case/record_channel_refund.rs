//! The provider says where a refund stands. It happened outside, so it is never refused but for being known already.

use super::sent;
use crate::account::SettleRefund;
use crate::calendar::CivilDate;
use crate::channel_refund::{
    ChannelRefundAbnormal, ChannelRefundAccepted, ChannelRefundClosed, ChannelRefundEnd, ChannelRefundRefusal,
    ChannelRefundSettled, ChannelRefundStage,
};
use crate::draft::{Decide, Draft};
use crate::id::{ChannelRefundId, RefundId};
use crate::payment::Channel;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Code, Count};

/// Where a refund stands, as its provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundStanding {
    /// Taken, not yet paid.
    Accepted {
        /// The provider's number of it, where it gives one.
        reference: Option<Code>,
    },
    /// The payer's account does not take it.
    Abnormal {
        /// The provider's number of it, where it gives one.
        reference: Option<Code>,
    },
    /// Paid.
    Settled {
        /// The provider's number of it, where it gives one.
        reference: Option<Code>,
        /// The day of it; a provider's clock that runs ahead of ours counts as today.
        value_on: CivilDate,
    },
    /// It will not be paid.
    Closed,
}

/// The provider says where a refund stands: signed, and asked about or told by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordChannelRefund {
    /// The refund.
    pub refund: ChannelRefundId,
    /// Which try.
    pub attempt: u32,
    /// Where the payment lies.
    pub channel: Channel,
    /// What the provider says.
    pub standing: RefundStanding,
}

impl Decide for RecordChannelRefund {
    fn operation(&self) -> &'static str {
        "record_channel_refund"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.refund.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let sent = sent(draft, self.refund)?;
        let stage = draft.channel_refund(self.refund).stage().filter(|stage| stage.is_ongoing());
        let stage = stage.filter(|_| sent.attempt.0 == self.attempt && sent.channel_account == self.channel.id);
        let known = || ChannelRefundRefusal::ChannelRefundMustBeOngoing.into();
        let stage = stage.ok_or_else(known)?;
        let attempt = Count(self.attempt);
        match self.standing.clone() {
            RefundStanding::Accepted { .. } if stage == ChannelRefundStage::Accepted => return Err(known()),
            RefundStanding::Accepted { reference } => {
                draft.push(self.refund, ChannelRefundAccepted { attempt, reference });
            }
            RefundStanding::Abnormal { .. } if stage == ChannelRefundStage::Abnormal => return Err(known()),
            RefundStanding::Abnormal { reference } => {
                draft.push(self.refund, ChannelRefundAbnormal { attempt, reference });
            }
            RefundStanding::Settled { reference, value_on } => {
                let value_on = value_on.min(draft.context.today);
                let refund = RefundId(self.refund.uuid());
                let settle = SettleRefund {
                    account: sent.account,
                    refund,
                    channel: self.channel.clone(),
                    shift: None,
                    reference: reference.clone(),
                    value_on,
                };
                settle.carry_out(draft)?;
                draft.push(self.refund, ChannelRefundSettled { attempt, reference, value_on });
            }
            RefundStanding::Closed => {
                let withdrawn = stage == ChannelRefundStage::Withdrawn;
                let reason = if withdrawn { ChannelRefundEnd::Withdrawn } else { ChannelRefundEnd::ByProvider };
                draft.push(self.refund, ChannelRefundClosed { attempt, reason });
            }
        }
        Ok(())
    }
}
