//! What the facts of a `taking` stream post: money against income, as payment, charge and allocation would together. What
//! they would post on suspense, credit and receivable cancels out; the walk-in account stands on the income.

use super::event::{TakingEvent, TakingOf};
use crate::book::{Book, Fund};
use crate::calendar::CivilDate;
use crate::payment::money_line;
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &TakingEvent, _effective_on: CivilDate) -> Option<Postings> {
    Some(match event {
        TakingEvent::TakingRecorded(e) => taken(&e.of),
        TakingEvent::TakingReversed(e) => taken(&e.of).mirrored(),
    })
}

/// The tax point is the receipt, so tax is due at once.
fn taken(of: &TakingOf) -> Postings {
    let purse = of.fund.purse();
    let item = |book| Posting {
        fund: Some(of.fund),
        account: Some(of.account),
        fee_item: Some(of.fee_item),
        period: Some(of.period),
        ..Posting::on(book, purse)
    };
    let taxed = |book| Posting { vat_category: Some(of.vat.category), ..item(book) };
    let lines = Postings::new().debit(money_line(of.channel, purse, of.channel_account), of.amount);
    match of.fund {
        Fund::Operating => lines.credit(taxed(Book::Revenue), of.vat.net).credit(taxed(Book::VatDue), of.vat.tax),
        Fund::OwnersIncome => {
            lines.credit(taxed(Book::OwnersIncomePayable), of.vat.net).credit(taxed(Book::VatDue), of.vat.tax)
        }
        // No rule takes money of these without a unit; it would be nobody's.
        Fund::PassThrough | Fund::Deposit | Fund::MaintenanceFund => lines.credit(item(Book::Suspense), of.amount),
    }
}
