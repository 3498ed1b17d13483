//! What the facts of a `day_close` stream post: nothing, the money is posted by what moved it.

use super::event::DayCloseEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &DayCloseEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
