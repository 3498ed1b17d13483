//! What the facts of a `shift` stream post: only the difference between counted and expected cash.

use super::event::ShiftEvent;
use crate::book::Book;
use crate::calendar::CivilDate;
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &ShiftEvent, _effective_on: CivilDate) -> Option<Postings> {
    match event {
        // Cash itself is posted by the payment or refund that moved it.
        ShiftEvent::ShiftOpened(_)
        | ShiftEvent::CashTaken(_)
        | ShiftEvent::CashReturned(_)
        | ShiftEvent::ShiftClosed(_) => None,
        ShiftEvent::ShiftCounted(e) => {
            let line = |book| Posting { channel_account: Some(e.channel_account), ..Posting::on(book, e.purse) };
            // Over: cash against the difference. Short is the same with a negative amount.
            let lines = Postings::new().debit(line(Book::Cash), e.difference);
            Some(lines.credit(line(Book::CashDifference), e.difference))
        }
    }
}
