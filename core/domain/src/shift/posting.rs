//! What the facts of a `shift` stream post.

use super::event::ShiftEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ShiftEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
