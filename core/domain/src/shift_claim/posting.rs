//! What the facts of a `shift_claim` stream post.

use super::event::ShiftClaimEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ShiftClaimEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
