//! What the facts of a `books` stream post: the allowance; what waited for its month, on the books where a charge of the
//! month stands.

use super::event::{BooksEvent, ItemAmount, RateDifference};
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
        BooksEvent::BankBalanceStated(_)
        | BooksEvent::BankItemStated(_)
        | BooksEvent::BankItemCleared(_)
        | BooksEvent::BookCodeSet(_)
        | BooksEvent::AllowanceRatesSet(_)
        | BooksEvent::ChartPresetSet(_)
        | BooksEvent::PeriodReviewed(_)
        | BooksEvent::PeriodClosed(_)
        | BooksEvent::PeriodReopened(_)
        | BooksEvent::PeriodSealed(_) => None,
        BooksEvent::RevenueReleased(e) => Some(moved(e.period, &e.amounts, Book::Unearned, Book::Revenue)),
        BooksEvent::TaxPointReached(e) => {
            let lines = moved(e.period, &e.amounts, Book::VatPending, Book::VatDue);
            Some(e.differences.iter().fold(lines, |lines, of| differing(lines, e.period, of)))
        }
    }
}

/// Tax beyond what was expected comes out of what was earned.
fn differing(lines: Postings, period: Month, of: &RateDifference) -> Postings {
    let earned = match of.fund {
        Fund::OwnersIncome => Book::OwnersIncomePayable,
        Fund::Operating | Fund::PassThrough | Fund::Deposit | Fund::MaintenanceFund => Book::Revenue,
    };
    let line = |book| Posting {
        fund: Some(of.fund),
        fee_item: Some(of.fee_item),
        period: Some(period),
        vat_category: Some(of.vat.category),
        ..Posting::on(book, of.fund.purse())
    };
    lines.debit(line(earned), of.amount).credit(line(Book::VatDue), of.amount)
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
