//! Commands of refunds by providers, one file each.

mod record_channel_refund;
mod send_refund;
mod withdraw_refund;

pub use record_channel_refund::{RecordChannelRefund, RefundStanding};
pub use send_refund::SendRefund;
pub use withdraw_refund::WithdrawRefund;

use super::event::ChannelRefundSent;
use super::refusal::ChannelRefundRefusal;
use crate::draft::Draft;
use crate::id::ChannelRefundId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// The newest try.
fn sent(draft: &Draft<'_>, refund: ChannelRefundId) -> Result<Arc<ChannelRefundSent>, Refusal> {
    let state = draft.channel_refund(refund);
    Ok(state.sent().ok_or(ChannelRefundRefusal::ChannelRefundMustExist)?.clone())
}
