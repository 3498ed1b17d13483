//! How hledger and beancount write what a journal holds: names of accounts, transactions, assertions, declarations.
//!
//! May never happen here: a name, a phone number or any other personal data (ids only), a float, an amount that is not
//! exact, an assertion that its program takes with a tolerance.

use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::posting::Posting;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// An amount that an account must have, with everything below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assertion {
    pub(super) account: String,
    pub(super) amount: Decimal,
}

/// A program that reads journals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Hledger,
    Beancount,
}

impl Syntax {
    /// One of our words as a part of an account's name: `maintenance_fund`, `MaintenanceFund`.
    pub(super) fn word(self, word: &str) -> String {
        match self {
            Self::Hledger => word.to_owned(),
            Self::Beancount => word.split('_').map(capitalised).collect(),
        }
    }

    /// An id as a part of an account's name; beancount's parts begin with a capital, an id may not.
    pub(super) fn id(self, of: &str, id: &str) -> String {
        match self {
            Self::Hledger => id.to_owned(),
            Self::Beancount => format!("{}-{id}", self.word(of)),
        }
    }

    /// Says what the journal is.
    pub(super) fn begin(self, out: &mut impl Write, ledger: LedgerId, position: u64) -> io::Result<()> {
        writeln!(out, "; mingzhang-journal/1\n; ledger {ledger}\n; position {position}")?;
        match self {
            Self::Hledger => {
                writeln!(out, "; Dates are effective_on, codes are positions; every amount below comes from the log,")?;
                writeln!(out, "; every asserted amount (=*) from the live read models at the same position.\n")?;
                writeln!(out, "decimal-mark .\ncommodity 1000.00 CNY\n")
            }
            Self::Beancount => {
                writeln!(out, "; Dates are effective_on; every amount of a transaction comes from the log, every")?;
                writeln!(out, "; balance from the live read models at the same position. It counts at the beginning")?;
                writeln!(out, "; of its day, so a month's stands on the first of the next one.\n")?;
                writeln!(out, "option \"title\" \"ledger {ledger} at position {position}\"")?;
                writeln!(out, "option \"operating_currency\" \"CNY\"\n")
            }
        }
    }

    /// Begins the transaction of an event.
    pub(super) fn event(self, out: &mut impl Write, event: &Recorded) -> io::Result<()> {
        let (day, position, kind) = (event.effective_on, event.position, event.event.event_type());
        let (stream, id) = (event.stream.stream_type, event.stream.id);
        match self {
            Self::Hledger => writeln!(out, "{day} * ({position}) {kind} | {stream} {id}"),
            Self::Beancount => {
                writeln!(out, "{day} * \"{kind}\" \"{stream} {id}\"")?;
                writeln!(out, "  position: {position}\n  event: \"{}\"", event.event_id)
            }
        }
    }

    /// Begins the transaction of a day.
    pub(super) fn day(self, out: &mut impl Write, day: CivilDate, events: u64) -> io::Result<()> {
        match self {
            Self::Hledger => writeln!(out, "{day} * by_day | {events} events"),
            Self::Beancount => writeln!(out, "{day} * \"by_day\" \"{events} events\"\n  events: {events}"),
        }
    }

    /// A line of a transaction.
    pub(super) fn line(self, out: &mut impl Write, account: &str, amount: impl std::fmt::Display) -> io::Result<()> {
        write!(out, "    {account}  {amount} CNY")
    }

    /// Ends a line with what the posting says besides its account.
    pub(super) fn tags(self, out: &mut impl Write, line: &Posting) -> io::Result<()> {
        let tags = [
            ("charge", line.charge.map(|id| id.to_string())),
            ("lot", line.lot.map(|id| id.to_string())),
            ("deposit", line.deposit.map(|id| id.to_string())),
            ("period", line.period.map(|month| month.to_string())),
            ("vat", line.vat_category.map(|category| category.to_string())),
        ];
        let mut before = "  ; ";
        for (name, value) in tags {
            let Some(value) = value else { continue };
            match self {
                Self::Hledger => write!(out, "{before}{name}:{value}")?,
                Self::Beancount => write!(out, "\n      {name}: \"{value}\"")?,
            }
            before = ", ";
        }
        writeln!(out)
    }

    /// Asserts what accounts have at the end of a day, without moving anything.
    pub(super) fn close(
        self,
        out: &mut impl Write,
        day: CivilDate,
        what: &str,
        assertions: &[Assertion],
    ) -> io::Result<()> {
        match self {
            Self::Hledger => writeln!(out, "{day} * (closing) {what}")?,
            Self::Beancount => writeln!(out, "; {day} closing {what}")?,
        }
        for Assertion { account, amount } in assertions {
            match self {
                Self::Hledger => writeln!(out, "    {account}  0.00 CNY =* {amount} CNY")?,
                // Without a tolerance of its own beancount would let a fen pass.
                Self::Beancount => writeln!(out, "{} balance {account}  {amount} ~ 0 CNY", day.plus_days(1))?,
            }
        }
        writeln!(out)
    }

    /// Declares the accounts; beancount wants the day from which on they are used.
    pub(super) fn declare(
        self,
        out: &mut impl Write,
        accounts: &BTreeSet<String>,
        first: Option<CivilDate>,
    ) -> io::Result<()> {
        for account in accounts {
            match (self, first) {
                (Self::Hledger, _) => writeln!(out, "account {account}")?,
                (Self::Beancount, Some(day)) => writeln!(out, "{day} open {account} CNY")?,
                (Self::Beancount, None) => {}
            }
        }
        Ok(())
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
