//! What the facts of a `bill_run` stream post.

use super::event::BillRunEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &BillRunEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
