//! Debits and credits by month of whatever may have a code of its own, and of the accounts; and the codes that accounts had.
//!
//! Folds of postings: a new event reaches them without a line here.

use crate::column::{Amount, Text, position};
use crate::projection::Models;
use crate::table::table;
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::posting::Posting;
use mingzhang_domain::unit::UnitEvent;
use mingzhang_domain::value::Code;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// What money is for, where a line says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OfFund(pub Option<Fund>);

impl fmt::Display for OfFund {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.map_or("none", Fund::as_str))
    }
}

impl FromStr for OfFund {
    type Err = crate::column::UnknownWord;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "none" {
            return Ok(Self(None));
        }
        text.parse().map(|fund| Self(Some(fund))).map_err(|_| crate::column::UnknownWord)
    }
}

table! {
    /// What was posted in a month to what of a book may have a code of its own. The nil id stands for none.
    pub struct BookTurnover of "book_turnover" {
        key {
            /// Month of the accounting date.
            month: Text<Month>,
            /// Whose money.
            purse: Text<Purse>,
            /// The book.
            book: Text<Book>,
            /// What the money is for.
            fund: Text<OfFund>,
            /// The fee item.
            fee_item_id: Uuid,
            /// Where the money lies.
            channel_account_id: Uuid,
        }
        /// Sum of the debits.
        debit: Amount,
        /// Sum of the credits, positive.
        credit: Amount,
    }
}

table! {
    /// What was posted in a month to a book of a party of an account.
    pub struct AccountTurnover of "account_turnover" {
        key {
            /// Month of the accounting date.
            month: Text<Month>,
            /// The account.
            account_id: Uuid,
            /// The book: what is owed to us, or what we owe.
            book: Text<Book>,
            /// What the money is for.
            fund: Text<OfFund>,
            /// Obligor, holder or depositor.
            party_id: Uuid,
        }
        /// Sum of the debits.
        debit: Amount,
        /// Sum of the credits, positive.
        credit: Amount,
    }
}

table! {
    /// A code that the unit of an account got.
    pub struct AccountCodeFrom of "account_code" {
        key {
            /// The account.
            account_id: Uuid,
            /// Where it got it.
            position: i64,
        }
        /// The code.
        code: Text<Code>,
    }
}

/// Folds a posting.
pub(crate) fn fold(line: &Posting, event: &Recorded, models: &mut Models) {
    let (month, purse, book) = (Text(event.effective_on.month()), Text(line.purse), Text(line.book));
    let fund = Text(OfFund(line.fund));
    let fee_item_id = line.fee_item.map(|id| id.uuid()).unwrap_or_default();
    let channel_account_id = line.channel_account.map(|id| id.uuid()).unwrap_or_default();
    let (debit, credit) = (Amount::ZERO, Amount::ZERO);
    let row = models.book_turnover.get_or(&(month, purse, book, fund, fee_item_id, channel_account_id), || {
        BookTurnover { month, purse, book, fund, fee_item_id, channel_account_id, debit, credit }
    });
    post(&mut row.debit, &mut row.credit, line);
    let of_a_party =
        [Book::Receivable, Book::PassThroughReceivable, Book::Credit, Book::DepositHeld, Book::RefundsPayable];
    if let (true, Some(account), Some(party)) = (of_a_party.contains(&line.book), line.account, line.party) {
        let (account_id, party_id) = (account.uuid(), party.uuid());
        let row = models.account_turnover.get_or(&(month, account_id, book, fund, party_id), || AccountTurnover {
            month,
            account_id,
            book,
            fund,
            party_id,
            debit,
            credit,
        });
        post(&mut row.debit, &mut row.credit, line);
    }
}

fn post(debit: &mut Amount, credit: &mut Amount, line: &Posting) {
    if line.amount.is_negative() { credit.take(line.amount) } else { debit.add(line.amount) }
}

/// Folds a fact of a unit: its account is called by its code.
pub(crate) fn fold_unit(fact: &UnitEvent, event: &Recorded, models: &mut Models) {
    let (account_id, code) = match fact {
        UnitEvent::UnitRegistered(unit) => (unit.account.uuid(), unit.code.clone()),
        UnitEvent::UnitCodeChanged(changed) => {
            let account = mingzhang_domain::id::AccountId::of_unit(event.stream.id.into());
            (account.uuid(), changed.code.clone())
        }
        _ => return,
    };
    models.account_code.push(AccountCodeFrom { account_id, position: position(event.position), code: Text(code) });
}
