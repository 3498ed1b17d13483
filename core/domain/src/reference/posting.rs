//! What the facts of a `reference` stream post.

use super::event::ReferenceEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ReferenceEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
