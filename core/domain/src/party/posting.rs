//! What the facts of a `party` stream post.

use super::event::PartyEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &PartyEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
