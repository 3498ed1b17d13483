//! What the facts of a `account` stream post.

use super::event::AccountEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &AccountEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
