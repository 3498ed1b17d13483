//! What the facts of a `staff` stream post.

use super::event::StaffEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &StaffEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
