//! What the facts of a `unit` stream post.

use super::event::UnitEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &UnitEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
