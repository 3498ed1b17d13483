//! Journals for hledger and beancount: what each account had, every voucher, and what each account must have at the end of the
//! month, which the program checks.
//!
//! Vouchers come from the posting lines, the asserted balances from the turnovers by month: a program that knows nothing of
//! ours adds up one and compares it with the other.

use super::{BookLine, MonthBooks, Out, Voucher, VoucherExporter, plain};
use crate::column::Amount;
use mingzhang_domain::book::{Book, Purse};
use mingzhang_domain::books::chart::Coded;
use mingzhang_domain::voucher::KIND;
use std::io::{self, Write};

/// Characters of 摘要 at most.
const SUMMARY: usize = 100;

/// A program that reads journals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// hledger
    Hledger,
    /// beancount
    Beancount,
}

/// A journal while it is written.
#[derive(Debug)]
pub struct Journal {
    syntax: Syntax,
    purse: Purse,
}

impl Journal {
    /// For a program.
    pub fn new(syntax: Syntax) -> Self {
        Self { syntax, purse: Purse::Company }
    }

    /// `assets:company:receivable:1122.01`, `Assets:Company:Receivable:1122-01`
    fn account(&self, book: Book, coded: &Coded) -> String {
        let words = [book.nature().as_str(), self.purse.as_str(), book.as_str()];
        match self.syntax {
            Syntax::Hledger => format!("{}:{}", words.join(":"), coded.code),
            Syntax::Beancount => {
                let words: Vec<String> = words.iter().map(|word| word.split('_').map(capitalised).collect()).collect();
                format!("{}:{}", words.join(":"), coded.code.as_str().replace('.', "-"))
            }
        }
    }

    fn line(&self, out: &mut Out, account: &str, amount: Amount) -> io::Result<()> {
        match self.syntax {
            Syntax::Hledger => writeln!(out, "    {account}  {amount} CNY"),
            Syntax::Beancount => writeln!(out, "  {account}  {amount} CNY"),
        }
    }

    fn title(&self, out: &mut Out, day: impl std::fmt::Display, number: &str, summary: &str) -> io::Result<()> {
        match self.syntax {
            Syntax::Hledger => writeln!(out, "{day} * ({number}) {summary}"),
            Syntax::Beancount => writeln!(out, "{day} * \"{number} {summary}\""),
        }
    }

    fn declare(&self, books: &MonthBooks, out: &mut Out) -> io::Result<()> {
        for BookLine { book, coded, .. } in &books.accounts {
            let account = self.account(*book, coded);
            match self.syntax {
                Syntax::Hledger => writeln!(out, "account {account}  ; {}", plain(coded.name.as_str(), SUMMARY))?,
                Syntax::Beancount => writeln!(out, "{} open {account} CNY", books.period.first_day())?,
            }
        }
        writeln!(out)
    }

    fn opening(&self, books: &MonthBooks, out: &mut Out) -> io::Result<()> {
        let with = || books.accounts.iter().filter(|line| line.opening.fen() != 0);
        if with().next().is_none() {
            return Ok(());
        }
        self.title(out, books.period.first_day(), "期初", "期初余额")?;
        for line in with() {
            self.line(out, &self.account(line.book, &line.coded), line.opening)?;
        }
        writeln!(out)
    }
}

impl VoucherExporter for Journal {
    fn begin(&mut self, books: &MonthBooks, out: &mut Out) -> io::Result<()> {
        self.purse = books.purse;
        writeln!(out, "; mingzhang-books/1")?;
        writeln!(out, "; ledger {} {} {} {}", books.ledger_id, books.code, books.purse, books.period)?;
        writeln!(out, "; position {}", books.position)?;
        if let Some(sealed) = &books.sealed {
            writeln!(out, "; sealed version {}, {} events, root {}", sealed.version, sealed.size, sealed.root)?;
        }
        match self.syntax {
            Syntax::Hledger => writeln!(out, "\ndecimal-mark .\ncommodity 1000.00 CNY\n")?,
            Syntax::Beancount => writeln!(out, "\noption \"operating_currency\" \"CNY\"\n")?,
        }
        self.declare(books, out)?;
        self.opening(books, out)
    }

    fn voucher(&mut self, _pass: u8, voucher: &Voucher, out: &mut Out) -> io::Result<()> {
        let number = format!("{KIND}{}", voucher.number);
        self.title(out, voucher.effective_on, &number, &plain(&voucher.summary, SUMMARY))?;
        for line in &voucher.lines {
            self.line(out, &self.account(line.book, &line.coded), line.amount)?;
        }
        writeln!(out)
    }

    fn end(&mut self, books: &MonthBooks, out: &mut Out) -> io::Result<()> {
        match self.syntax {
            Syntax::Hledger => {
                self.title(out, books.period.last_day(), "期末", "期末余额")?;
                for line in &books.accounts {
                    let account = self.account(line.book, &line.coded);
                    writeln!(out, "    {account}  0.00 CNY = {} CNY", line.closing())?;
                }
            }
            Syntax::Beancount => {
                // It counts at the beginning of its day.
                let day = books.period.next().first_day();
                for line in &books.accounts {
                    let account = self.account(line.book, &line.coded);
                    writeln!(out, "{day} balance {account}  {} ~ 0.00 CNY", line.closing())?;
                }
            }
        }
        Ok(())
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{voucher, written};
    use super::*;

    #[test]
    fn a_journal_opens_posts_and_asserts() {
        let vouchers = [voucher(1, &[("收款", "1002", 500), ("收款", "1122", -500)])];
        let text = String::from_utf8(written(&mut Journal::new(Syntax::Hledger), &vouchers)).unwrap();
        assert!(
            text.contains("2026-01-01 * (期初) 期初余额\n    assets:company:receivable:1122  9.00 CNY\n"),
            "{text}"
        );
        assert!(text.contains("2026-01-31 * (记1) 收款\n"), "{text}");
        assert!(text.contains("    assets:company:receivable:1122  0.00 CNY = 4.00 CNY\n"), "{text}");
        let text = String::from_utf8(written(&mut Journal::new(Syntax::Beancount), &vouchers)).unwrap();
        assert!(text.contains("2026-01-01 open Income:Company:Revenue:6001 CNY\n"), "{text}");
        assert!(text.contains("2026-02-01 balance Assets:Company:Receivable:1122  4.00 ~ 0.00 CNY\n"), "{text}");
    }
}
