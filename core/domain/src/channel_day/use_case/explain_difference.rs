//! Says what a difference is, for whoever signs the day off.

use super::open;
use crate::channel_day::{ChannelDayRefusal, ChannelDifferenceExplained, DifferenceStanding};
use crate::draft::{Decide, Draft};
use crate::id::{ChannelDayId, ChannelDifferenceId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Somebody looked into a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainDifference {
    /// The day.
    pub channel_day: ChannelDayId,
    /// The difference.
    pub difference: ChannelDifferenceId,
    /// What it is.
    pub note: Label,
}

impl Decide for ExplainDifference {
    fn operation(&self) -> &'static str {
        "explain_difference"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.channel_day.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = open(draft, self.channel_day)?;
        match state.difference(self.difference) {
            None => Err(ChannelDayRefusal::DifferenceMustExist.into()),
            Some(DifferenceStanding::Gone | DifferenceStanding::Explained) => {
                Err(ChannelDayRefusal::DifferenceMustBeOpen.into())
            }
            Some(DifferenceStanding::Open) => {
                let (difference, note) = (self.difference, self.note.clone());
                draft.push(self.channel_day, ChannelDifferenceExplained { difference, note });
                Ok(())
            }
        }
    }
}
