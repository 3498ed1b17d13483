//! Says what the rest of a lump was, which is of no community: another's trades, paid on to whom it belongs.

use crate::calendar::CivilDate;
use crate::channel_day::{ChannelDayRefusal, ChannelRestCleared};
use crate::draft::{Decide, Draft};
use crate::id::ChannelDayId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// The rest leaves the company's suspense; by somebody else than who recorded the lump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearRest {
    /// The day.
    pub channel_day: ChannelDayId,
    /// The day on which it left the bank account, or came in.
    pub value_on: CivilDate,
    /// What it was.
    pub note: Label,
}

impl Decide for ClearRest {
    fn operation(&self) -> &'static str {
        "clear_rest"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.channel_day.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.channel_day(self.channel_day);
        let Some((lump, recorder)) = state.lump().filter(|_| !state.rest().is_zero()) else {
            return Err(ChannelDayRefusal::RestMustWait.into());
        };
        if draft.context.actor == *recorder {
            return Err(ChannelDayRefusal::RestMustBeClearedByAnother.into());
        }
        if !(lump.value_on..=draft.context.today).contains(&self.value_on) {
            return Err(ChannelDayRefusal::LumpMustFollowItsDay.at("/value_on"));
        }
        let cleared = ChannelRestCleared {
            channel_account: lump.channel_account,
            bank_account: lump.bank_account,
            purse: lump.purse,
            amount: lump.rest,
            value_on: self.value_on,
            note: self.note.clone(),
        };
        draft.push(self.channel_day, cleared);
        Ok(())
    }
}
