//! What the facts of a `administrator` stream post.

use super::event::AdministratorEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &AdministratorEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
