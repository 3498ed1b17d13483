//! What the facts of a `meter` stream post.

use super::event::MeterEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &MeterEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
