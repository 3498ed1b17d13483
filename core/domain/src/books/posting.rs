//! What the facts of a `books` stream post: the allowance; what waited for its month, on the books where a charge of the
//! month stands.

use super::event::{BooksEvent, ItemAmount};
use crate::book::{Book, Fund};
use crate::calendar::{CivilDate, Month};
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &BooksEvent, _effective_on: CivilDate) -> Option<Postings> {
    match event {
        BooksEvent::AllowanceSet(e) => {
            let line = |book| Posting { fund: Some(Fund::Operating), ..Posting::on(book, Fund::Operating.purse()) };
            Some(Postings::new().debit(line(Book::Impairment), e.change).credit(line(Book::Allowance), e.change))
        }
        BooksEvent::PeriodReviewed(_)
        | BooksEvent::PeriodClosed(_)
        | BooksEvent::PeriodReopened(_)
        | BooksEvent::PeriodSealed(_) => None,
        BooksEvent::RevenueReleased(e) => Some(moved(e.period, &e.amounts, Book::Unearned, Book::Revenue)),
        BooksEvent::TaxPointReached(e) => Some(moved(e.period, &e.amounts, Book::VatPending, Book::VatDue)),
    }
}

fn moved(period: Month, amounts: &[ItemAmount], from: Book, to: Book) -> Postings {
    amounts.iter().fold(Postings::new(), |lines, of| {
        let line = |book| Posting {
            fund: Some(of.fund),
            fee_item: Some(of.fee_item),
            period: Some(period),
            vat_category: Some(of.vat_category),
            ..Posting::on(book, of.fund.purse())
        };
        lines.debit(line(from), of.amount).credit(line(to), of.amount)
    })
}
