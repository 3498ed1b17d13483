//! The text of an hledger journal: account names, transactions, closing assertions, declarations.
//!
//! May never happen here: a name, a phone number or any other personal data (ids only), a float, an amount that is not
//! exact.

use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::posting::Posting;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};
use uuid::Uuid;

/// An amount that an account must have, with everything below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assertion {
    pub(crate) account: String,
    pub(crate) amount: Decimal,
}

/// Writes the journal and remembers which accounts it used.
#[derive(Debug)]
pub(crate) struct Journal<W: Write> {
    out: W,
    declared: BTreeSet<String>,
    books: BTreeMap<Month, BTreeSet<String>>,
    balances: BTreeSet<String>,
}

impl<W: Write> Journal<W> {
    /// Begins with the comment that says what it is.
    ///
    /// # Errors
    /// Of the output.
    pub(crate) fn begin(mut out: W, ledger: LedgerId, position: u64) -> io::Result<Self> {
        writeln!(out, "; mingzhang-journal/1\n; ledger {ledger}\n; position {position}")?;
        writeln!(out, "; Dates are effective_on, codes are positions; every amount below comes from the log,")?;
        writeln!(out, "; every asserted amount (=*) from the live read models at the same position.\n")?;
        writeln!(out, "decimal-mark .\ncommodity 1000.00 CNY\n")?;
        Ok(Self { out, declared: BTreeSet::new(), books: BTreeMap::new(), balances: BTreeSet::new() })
    }

    /// Writes the transaction of a money event: one per purse, because each must balance by itself.
    ///
    /// # Errors
    /// Of the output.
    pub(crate) fn event(&mut self, event: &Recorded) -> io::Result<()> {
        let Some(lines) = event.postings.as_deref() else { return Ok(()) };
        let mut purses: BTreeSet<Purse> = lines.iter().map(|line| line.purse).collect();
        // An event that posts nothing still stands in the journal.
        if purses.is_empty() {
            purses.insert(Purse::Company);
        }
        for purse in purses {
            let (kind, stream) = (event.event.event_type(), event.stream);
            writeln!(
                self.out,
                "{} * ({}) {kind} | {} {}",
                event.effective_on, event.position, stream.stream_type, stream.id
            )?;
            for line in lines.iter().filter(|line| line.purse == purse) {
                let account = self.posted(line, event.effective_on.month());
                writeln!(self.out, "    {account}  {} CNY{}", line.amount, tags(line))?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn posted(&mut self, line: &Posting, month: Month) -> String {
        self.books.entry(month).or_default().insert(book_account(line.purse, line.book));
        let account = account_of(line);
        if let (true, Some(of), Some(fund), Some(party)) =
            (is_of_a_party(line.book), line.account, line.fund, line.party)
        {
            self.balances.insert(balance_account(line.book, of.uuid(), fund, party.uuid()));
        }
        self.declared.insert(account.clone());
        account
    }

    /// Writes assertions as a transaction that moves nothing.
    ///
    /// # Errors
    /// Of the output.
    pub(crate) fn close(&mut self, day: CivilDate, what: &str, assertions: &[Assertion]) -> io::Result<()> {
        if assertions.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{day} * (closing) {what}")?;
        for Assertion { account, amount } in assertions {
            writeln!(self.out, "    {account}  0.00 CNY =* {amount} CNY")?;
            self.declared.insert(account.clone());
        }
        writeln!(self.out)
    }

    /// The months with a posting, and the books posted to in each.
    pub(crate) fn books(&self) -> &BTreeMap<Month, BTreeSet<String>> {
        &self.books
    }

    /// The accounts of parties that were posted to.
    pub(crate) fn balances(&self) -> &BTreeSet<String> {
        &self.balances
    }

    /// Declares every account, for `hledger check --strict`, and ends.
    ///
    /// # Errors
    /// Of the output.
    pub(crate) fn end(mut self) -> io::Result<()> {
        for account in &self.declared {
            writeln!(self.out, "account {account}")?;
        }
        self.out.flush()
    }
}

/// What hledger knows the book as.
fn root(book: Book) -> &'static str {
    match book {
        Book::Cash
        | Book::CashDifference
        | Book::Bank
        | Book::Channel
        | Book::Receivable
        | Book::PassThroughReceivable
        | Book::Allowance => "assets",
        Book::Suspense
        | Book::Credit
        | Book::DepositHeld
        | Book::RefundsPayable
        | Book::PassThroughPayable
        | Book::SupplierPayable
        | Book::OwnersIncomePayable
        | Book::Unearned
        | Book::VatPending
        | Book::VatDue
        | Book::FundBalance => "liabilities",
        Book::Revenue | Book::LateFeeIncome | Book::OtherRevenue => "income",
        Book::ChannelFee | Book::Impairment | Book::BorneExpense | Book::PriorAdjustment => "expenses",
        Book::OpeningClearing | Book::InterLedger | Book::InterPurse => "equity",
    }
}

/// True for the books whose balances the read model `account_balance` keeps.
fn is_of_a_party(book: Book) -> bool {
    let books = [Book::Receivable, Book::PassThroughReceivable, Book::Credit, Book::DepositHeld, Book::RefundsPayable];
    books.contains(&book)
}

/// `assets:company:receivable`
pub(crate) fn book_account(purse: Purse, book: Book) -> String {
    format!("{}:{purse}:{book}", root(book))
}

/// `assets:company:receivable:<account>:<fund>:<party>`: what a row of the read model stands for.
pub(crate) fn balance_account(book: Book, account: Uuid, fund: Fund, party: Uuid) -> String {
    format!("{}:{account}:{fund}:{party}", book_account(fund.purse(), book))
}

/// The book with every dimension that says whose money it is or what for; the rest are tags.
fn account_of(line: &Posting) -> String {
    let mut path = book_account(line.purse, line.book);
    let ids = [
        line.account.map(|id| id.to_string()),
        line.fund.map(|fund| fund.to_string()),
        line.party.map(|id| id.to_string()),
        line.channel_account.map(|id| id.to_string()),
        line.counter_ledger.map(|id| id.to_string()),
        line.supplier.map(|id| id.to_string()),
        line.fee_item.map(|id| id.to_string()),
    ];
    for id in ids.iter().flatten() {
        path.push(':');
        path.push_str(id);
    }
    path
}

fn tags(line: &Posting) -> String {
    let tags = [
        ("charge", line.charge.map(|id| id.to_string())),
        ("lot", line.lot.map(|id| id.to_string())),
        ("deposit", line.deposit.map(|id| id.to_string())),
        ("period", line.period.map(|month| month.to_string())),
        ("vat", line.vat_category.map(|category| category.to_string())),
    ];
    let mut text = String::new();
    for (name, value) in tags {
        if let Some(value) = value {
            // Writing to a String cannot fail.
            let _ = write!(text, "{}{name}:{value}", if text.is_empty() { "  ; " } else { ", " });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_says_book_purse_and_dimensions() {
        let id = Uuid::from_u128;
        let line = Posting {
            fund: Some(Fund::Operating),
            account: Some(id(1).into()),
            party: Some(id(2).into()),
            charge: Some(id(3).into()),
            fee_item: Some(id(4).into()),
            period: "2026-01".parse().ok(),
            ..Posting::on(Book::Receivable, Purse::Company)
        };
        let (account, party, item) = (id(1), id(2), id(4));
        let balance = format!("assets:company:receivable:{account}:operating:{party}");
        assert_eq!(account_of(&line), format!("{balance}:{item}"));
        assert_eq!(balance_account(Book::Receivable, account, Fund::Operating, party), balance);
        assert_eq!(tags(&line), format!("  ; charge:{}, period:2026-01", id(3)));
        assert_eq!(tags(&Posting::on(Book::Bank, Purse::Company)), "");
    }

    #[test]
    fn the_fund_is_a_purse_of_its_own() {
        assert_eq!(
            book_account(Purse::MaintenanceFund, Book::FundBalance),
            "liabilities:maintenance_fund:fund_balance"
        );
    }
}
