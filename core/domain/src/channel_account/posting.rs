//! What the facts of a `channel_account` stream post.

use super::event::ChannelAccountEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ChannelAccountEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
