//! What the facts of a `fee_item` stream post.

use super::event::FeeItemEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &FeeItemEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
