//! The journal of a ledger: an account for each book with its dimensions, a transaction for each event or each day,
//! assertions at the end.
//!
//! May never happen here: a name, a phone number or any other personal data (ids only), a float, an amount that is not
//! exact.

use crate::ToolError;
use crate::export::syntax::{Assertion, Syntax};
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::money::Money;
use mingzhang_domain::posting::Posting;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};
use uuid::Uuid;

/// What happened on a day in a purse: the events, and what each account gained, by its number.
#[derive(Debug, Default)]
struct Day {
    events: u64,
    gained: BTreeMap<usize, Money>,
}

/// The days while they are gathered; accounts are numbered, so that a day holds none of their names.
#[derive(Debug, Default)]
struct Days {
    numbers: HashMap<String, usize>,
    days: BTreeMap<(CivilDate, Purse), Day>,
}

/// Writes the journal and remembers which accounts it used.
#[derive(Debug)]
pub(super) struct Journal<W: Write> {
    out: W,
    syntax: Syntax,
    days: Option<Days>,
    first: Option<CivilDate>,
    declared: BTreeSet<String>,
    books: BTreeMap<Month, BTreeSet<String>>,
    balances: BTreeSet<String>,
}

impl<W: Write> Journal<W> {
    /// Begins with the comment that says what it is; by day, transactions are written when the log has ended.
    ///
    /// # Errors
    /// Of the output.
    pub(super) fn begin(mut out: W, syntax: Syntax, by_day: bool, ledger: LedgerId, position: u64) -> io::Result<Self> {
        syntax.begin(&mut out, ledger, position)?;
        let (days, declared) = (by_day.then(Days::default), BTreeSet::new());
        Ok(Self { out, syntax, days, first: None, declared, books: BTreeMap::new(), balances: BTreeSet::new() })
    }

    /// Takes in an event: a transaction per purse, because each must balance by itself.
    ///
    /// # Errors
    /// Of the output, or for a day whose sums are beyond what an amount can say.
    pub(super) fn event(&mut self, event: &Recorded) -> Result<(), ToolError> {
        let Some(lines) = event.postings.as_deref() else { return Ok(()) };
        let day = event.effective_on;
        self.first = Some(self.first.map_or(day, |first| first.min(day)));
        let mut purses: BTreeSet<Purse> = lines.iter().map(|line| line.purse).collect();
        // An event that posts nothing still stands in the journal.
        if purses.is_empty() {
            purses.insert(Purse::Company);
        }
        for purse in purses {
            let lines = lines.iter().filter(|line| line.purse == purse);
            if self.days.is_some() {
                self.gather(day, purse, lines)?;
                continue;
            }
            self.syntax.event(&mut self.out, event)?;
            for line in lines {
                let account = self.posted(line, day.month());
                self.syntax.line(&mut self.out, &account, line.amount)?;
                self.syntax.tags(&mut self.out, line)?;
                self.declared.insert(account);
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn gather<'a>(
        &mut self,
        day: CivilDate,
        purse: Purse,
        lines: impl Iterator<Item = &'a Posting>,
    ) -> Result<(), ToolError> {
        let posted: Vec<(String, Money)> = lines.map(|line| (self.posted(line, day.month()), line.amount)).collect();
        let Some(days) = &mut self.days else { return Ok(()) };
        let of_day = days.days.entry((day, purse)).or_default();
        of_day.events += 1;
        for (account, amount) in posted {
            let next = days.numbers.len();
            let number = *days.numbers.entry(account).or_insert(next);
            let gained = of_day.gained.entry(number).or_insert(Money::ZERO);
            let beyond = |_| ToolError::Environment(format!("the sums of {day} are beyond what an amount can say"));
            *gained = gained.plus(amount).map_err(beyond)?;
        }
        Ok(())
    }

    /// The log has ended: writes the days, if it is by day.
    ///
    /// # Errors
    /// Of the output.
    pub(super) fn log_ended(&mut self) -> io::Result<()> {
        let Some(Days { numbers, days }) = self.days.take() else { return Ok(()) };
        let mut accounts: Vec<(String, usize)> = numbers.into_iter().collect();
        accounts.sort_unstable_by_key(|(_, number)| *number);
        for ((day, _), Day { events, gained }) in days {
            self.syntax.day(&mut self.out, day, events)?;
            for (number, amount) in gained {
                if let (false, Some((account, _))) = (amount.is_zero(), accounts.get(number)) {
                    self.syntax.line(&mut self.out, account, amount)?;
                    writeln!(self.out)?;
                }
            }
            writeln!(self.out)?;
        }
        self.declared.extend(accounts.into_iter().map(|(account, _)| account));
        Ok(())
    }

    fn posted(&mut self, line: &Posting, month: Month) -> String {
        let syntax = self.syntax;
        self.books.entry(month).or_default().insert(book_account(syntax, line.purse, line.book));
        if let (true, Some(of), Some(fund), Some(party)) =
            (is_of_a_party(line.book), line.account, line.fund, line.party)
        {
            self.balances.insert(balance_account(syntax, line.book, of.uuid(), fund, party.uuid()));
        }
        account_of(syntax, line)
    }

    /// Writes assertions about the end of a day.
    ///
    /// # Errors
    /// Of the output.
    pub(super) fn close(&mut self, day: CivilDate, what: &str, assertions: &[Assertion]) -> io::Result<()> {
        if assertions.is_empty() {
            return Ok(());
        }
        self.declared.extend(assertions.iter().map(|assertion| assertion.account.clone()));
        self.syntax.close(&mut self.out, day, what, assertions)
    }

    /// The months with a posting, and the books posted to in each.
    pub(super) fn books(&self) -> &BTreeMap<Month, BTreeSet<String>> {
        &self.books
    }

    /// The accounts of parties that were posted to.
    pub(super) fn balances(&self) -> &BTreeSet<String> {
        &self.balances
    }

    /// Declares every account, and ends.
    ///
    /// # Errors
    /// Of the output.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.syntax.declare(&mut self.out, &self.declared, self.first)?;
        self.out.flush()
    }
}

/// True for the books whose balances the read model `account_balance` keeps.
fn is_of_a_party(book: Book) -> bool {
    let books = [Book::Receivable, Book::PassThroughReceivable, Book::Credit, Book::DepositHeld, Book::RefundsPayable];
    books.contains(&book)
}

/// `assets:company:receivable`, `Assets:Company:Receivable`
pub(super) fn book_account(syntax: Syntax, purse: Purse, book: Book) -> String {
    [book.nature().as_str(), purse.as_str(), book.as_str()].map(|word| syntax.word(word)).join(":")
}

/// `assets:company:receivable:<account>:<fund>:<party>`: what a row of the read model stands for.
pub(super) fn balance_account(syntax: Syntax, book: Book, account: Uuid, fund: Fund, party: Uuid) -> String {
    let of = syntax.id("account", &account.to_string());
    let party = syntax.id("party", &party.to_string());
    [book_account(syntax, fund.purse(), book), of, syntax.word(fund.as_str()), party].join(":")
}

/// The book with every dimension that says whose money it is or what for; the rest are tags.
fn account_of(syntax: Syntax, line: &Posting) -> String {
    let id = |of: &str, id: Option<Uuid>| id.map(|id| syntax.id(of, &id.to_string()));
    let dimensions = [
        id("account", line.account.map(|id| id.uuid())),
        line.fund.map(|fund| syntax.word(fund.as_str())),
        id("party", line.party.map(|id| id.uuid())),
        id("channel", line.channel_account.map(|id| id.uuid())),
        id("ledger", line.counter_ledger.map(LedgerId::uuid)),
        id("supplier", line.supplier),
        id("item", line.fee_item.map(|id| id.uuid())),
    ];
    let book = book_account(syntax, line.purse, line.book);
    [Some(book)].into_iter().chain(dimensions).flatten().collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(syntax: Syntax, line: &Posting) -> String {
        let mut out = Vec::new();
        syntax.tags(&mut out, line).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_account_says_book_purse_and_dimensions() {
        let id = Uuid::from_u128;
        let line = Posting {
            fund: Some(Fund::PassThrough),
            account: Some(id(1).into()),
            party: Some(id(2).into()),
            charge: Some(id(3).into()),
            fee_item: Some(id(4).into()),
            period: "2026-01".parse().ok(),
            ..Posting::on(Book::PassThroughReceivable, Purse::Company)
        };
        let (account, party, item) = (id(1), id(2), id(4));
        let table = [
            (
                Syntax::Hledger,
                format!("assets:company:pass_through_receivable:{account}:pass_through:{party}"),
                item.to_string(),
                format!("  ; charge:{}, period:2026-01\n", id(3)),
            ),
            (
                Syntax::Beancount,
                format!("Assets:Company:PassThroughReceivable:Account-{account}:PassThrough:Party-{party}"),
                format!("Item-{item}"),
                format!("\n      charge: \"{}\"\n      period: \"2026-01\"\n", id(3)),
            ),
        ];
        for (syntax, balance, item, tagged) in table {
            assert_eq!(account_of(syntax, &line), format!("{balance}:{item}"));
            let of_row = balance_account(syntax, Book::PassThroughReceivable, account, Fund::PassThrough, party);
            assert_eq!(of_row, balance);
            assert_eq!(tags(syntax, &line), tagged);
            assert_eq!(tags(syntax, &Posting::on(Book::Bank, Purse::Company)), "\n");
        }
    }

    #[test]
    fn the_fund_is_a_purse_of_its_own() {
        let name = |syntax| book_account(syntax, Purse::MaintenanceFund, Book::FundBalance);
        assert_eq!(name(Syntax::Hledger), "liabilities:maintenance_fund:fund_balance");
        assert_eq!(name(Syntax::Beancount), "Liabilities:MaintenanceFund:FundBalance");
    }
}
