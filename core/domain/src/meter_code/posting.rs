//! What the facts of a `meter_code` stream post.

use super::event::MeterCodeEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &MeterCodeEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
