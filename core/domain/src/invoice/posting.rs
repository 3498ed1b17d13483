//! What the facts of an `invoice` stream post: nothing; the books follow charges and money, and are compared with invoices.

use super::event::InvoiceEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &InvoiceEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
