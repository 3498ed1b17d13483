//! Commands of a channel account's day, one file each.

mod clear_rest;
mod explain_difference;
mod reconcile_channel_day;
mod record_lump;
mod sign_off_channel_day;

pub use clear_rest::ClearRest;
pub use explain_difference::ExplainDifference;
pub use reconcile_channel_day::ReconcileChannelDay;
pub use record_lump::RecordLump;
pub use sign_off_channel_day::SignOffChannelDay;

use super::refusal::ChannelDayRefusal;
use super::state::ChannelDayState;
use crate::draft::Draft;
use crate::id::ChannelDayId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A day that was reconciled and is not signed off.
fn open(draft: &Draft<'_>, day: ChannelDayId) -> Result<Arc<ChannelDayState>, Refusal> {
    let state = draft.channel_day(day);
    if state.reconciled().is_none() {
        return Err(ChannelDayRefusal::ChannelDayMustExist.into());
    }
    if state.is_signed_off() { Err(ChannelDayRefusal::ChannelDayMustBeOpen.into()) } else { Ok(state) }
}
