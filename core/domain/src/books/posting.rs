//! What the facts of a `books` stream post.

use super::event::BooksEvent;
use crate::book::{Book, Fund};
use crate::calendar::CivilDate;
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &BooksEvent, _effective_on: CivilDate) -> Option<Postings> {
    let line = |book| Posting { fund: Some(Fund::Operating), ..Posting::on(book, Fund::Operating.purse()) };
    Some(match event {
        BooksEvent::AllowanceSet(e) => {
            Postings::new().debit(line(Book::Impairment), e.change).credit(line(Book::Allowance), e.change)
        }
    })
}
