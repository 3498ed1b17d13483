//! What the facts of a `company` stream post.

use super::event::CompanyEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &CompanyEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
