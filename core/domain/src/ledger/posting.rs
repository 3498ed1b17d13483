//! What the facts of a `ledger` stream post.

use super::event::LedgerEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &LedgerEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
