//! What the facts of a `books` stream post: the allowance; what waited for its month, on the books where a charge of the
//! month stands.

use super::event::{BooksEvent, ItemAmount, MovedTax, RateDifference};
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
        BooksEvent::RevenueReleased(e) => {
            Some(moved(Postings::new(), (e.period, &e.amounts), Book::Unearned, Book::Revenue))
        }
        BooksEvent::TaxPointReached(e) => {
            let lines = moved(Postings::new(), (e.period, &e.amounts), Book::VatPending, Book::VatDue);
            Some(e.differences.iter().fold(lines, |lines, of| differing(lines, e.period, of)))
        }
        BooksEvent::TaxPointsMoved(e) => Some(e.charges.iter().fold(Postings::new(), moved_ahead)),
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

fn moved_ahead(lines: Postings, of: &MovedTax) -> Postings {
    let (fee_item, fund, vat_category) = (of.fee_item, of.fund, of.vat_category);
    let amount = ItemAmount { fee_item, fund, vat_category, amount: of.amount };
    let lines = moved(lines, (of.period, &[amount]), Book::VatPending, Book::VatDue);
    of.differences.iter().fold(lines, |lines, changed| {
        let of_rate = RateDifference { fee_item, fund, vat: changed.vat.clone(), amount: changed.amount };
        differing(lines, of.period, &of_rate)
    })
}

fn moved(lines: Postings, (period, amounts): (Month, &[ItemAmount]), from: Book, to: Book) -> Postings {
    amounts.iter().fold(lines, |lines, of| {
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
