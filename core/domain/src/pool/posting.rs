//! What the facts of a `pool` stream post: nothing; the accounts' own facts do.

use super::event::PoolEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &PoolEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
