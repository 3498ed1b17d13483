//! What the facts of a `supplier_bill` stream post: the supplier's claim against what is charged for him, and its payment.

use super::event::{BillOf, SupplierBillEvent};
use crate::book::{Book, Fund};
use crate::calendar::{CivilDate, Month};
use crate::payment::money_line;
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &SupplierBillEvent, _effective_on: CivilDate) -> Option<Postings> {
    let (none, purse) = (Postings::new(), Fund::PassThrough.purse());
    Some(match event {
        SupplierBillEvent::SupplierBillRecorded(e) => {
            none.debit(line(Book::PassThroughPayable, e.of.period), e.amount).credit(owed(&e.of), e.amount)
        }
        SupplierBillEvent::SupplierBillReversed(e) => {
            none.debit(owed(&e.of), e.amount).credit(line(Book::PassThroughPayable, e.of.period), e.amount)
        }
        SupplierBillEvent::SupplierBillPaid(e) => {
            none.debit(owed(&e.of), e.amount).credit(money_line(e.channel, purse, e.channel_account), e.amount)
        }
        SupplierBillEvent::SupplierPaymentReversed(e) => {
            none.debit(money_line(e.channel, purse, e.channel_account), e.amount).credit(owed(&e.of), e.amount)
        }
        SupplierBillEvent::OwnUseSet(e) => none
            .debit(line(Book::BorneExpense, e.of.period), e.change)
            .credit(line(Book::PassThroughPayable, e.of.period), e.change),
        SupplierBillEvent::DifferenceCarried(e) => none
            .debit(line(Book::PassThroughPayable, e.to), e.amount)
            .credit(line(Book::PassThroughPayable, e.of.period), e.amount),
    })
}

fn line(book: Book, period: Month) -> Posting {
    let fund = Fund::PassThrough;
    Posting { fund: Some(fund), period: Some(period), ..Posting::on(book, fund.purse()) }
}

/// What the supplier is owed.
fn owed(of: &BillOf) -> Posting {
    Posting { supplier: Some(of.supplier.uuid()), ..line(Book::SupplierPayable, of.period) }
}
