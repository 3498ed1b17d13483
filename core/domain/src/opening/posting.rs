//! What the facts of a `opening` stream post: nothing; the accounts' own facts do.

use super::event::OpeningEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &OpeningEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
