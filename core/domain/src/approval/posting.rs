//! What the facts of a `approval` stream post.

use super::event::ApprovalEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ApprovalEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
