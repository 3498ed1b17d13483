//! What the facts of a `unit_code` stream post.

use super::event::UnitCodeEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &UnitCodeEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
