//! What the facts of an `invoice_claim` stream post.

use super::event::InvoiceClaimEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &InvoiceClaimEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
