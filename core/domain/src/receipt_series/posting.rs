//! What the facts of a `receipt_series` stream post.

use super::event::ReceiptSeriesEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &ReceiptSeriesEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
