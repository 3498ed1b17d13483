//! What the facts of a `payment_order` stream post: nothing; the money is a payment's.

use super::event::PaymentOrderEvent;
use crate::calendar::CivilDate;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(_event: &PaymentOrderEvent, _effective_on: CivilDate) -> Option<Postings> {
    None
}
