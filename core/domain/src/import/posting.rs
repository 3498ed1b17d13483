//! What the facts of a `import` stream post.

use super::event::ImportEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ImportEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
