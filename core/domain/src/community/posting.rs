//! What the facts of a `community` stream post.

use super::event::CommunityEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &CommunityEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
