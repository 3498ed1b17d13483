//! What the facts of a `channel_day` stream post: nothing; money is in the communities' ledgers.

use super::event::ChannelDayEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ChannelDayEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
