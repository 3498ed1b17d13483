//! What the facts of a `dunning` stream post.

use super::event::DunningEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &DunningEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
