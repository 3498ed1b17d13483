//! What the facts of an `order_claim` stream post.

use super::event::OrderClaimEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &OrderClaimEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
