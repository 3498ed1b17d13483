//! Ends the reconciliation of a day: nothing of it is open.

use super::open;
use crate::channel_day::{ChannelDayRefusal, ChannelDaySignedOff, DifferenceStanding};
use crate::draft::{Decide, Draft};
use crate::id::ChannelDayId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Somebody stands for the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOffChannelDay {
    /// The day.
    pub channel_day: ChannelDayId,
}

impl Decide for SignOffChannelDay {
    fn operation(&self) -> &'static str {
        "sign_off_channel_day"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.channel_day.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = open(draft, self.channel_day)?;
        let unexplained = state.count(DifferenceStanding::Open);
        if unexplained > 0 {
            return Err(ChannelDayRefusal::DifferencesMustBeExplained.with("open", unexplained));
        }
        let explained = u32::try_from(state.count(DifferenceStanding::Explained));
        let explained = explained.map_err(|_| ChannelDayRefusal::DifferencesMustBeFew)?;
        draft.push(self.channel_day, ChannelDaySignedOff { explained: Count(explained) });
        Ok(())
    }
}
