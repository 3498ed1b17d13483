//! What the facts of a `payment` stream post.

use super::event::PaymentEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &PaymentEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
