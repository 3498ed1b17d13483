//! What the facts of a `person` stream post.

use super::event::PersonEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &PersonEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
