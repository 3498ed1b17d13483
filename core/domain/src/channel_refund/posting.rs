//! What the facts of a `channel_refund` stream post: nothing; the money is settled in its account.

use super::event::ChannelRefundEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ChannelRefundEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
