//! What the facts of a `work_order` stream post.

use super::event::WorkOrderEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &WorkOrderEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
