//! A month of the books of one purse, written out for other programs: vouchers in the layouts that accounting packages import,
//! journals for plain-text accounting, and what auditors ask for (ADR 33).
//!
//! What is written is a function of the log's prefix and of the chart: the same position gives the same bytes, and of a closed
//! month any later one does. Vouchers pass by one after another, so memory does not grow with the month. May never happen
//! here: personal data, a clock, a formula, the lines of another purse.

mod gbt24589;
mod journal;
mod kingdee;
mod ledgers;
mod source;
mod ufida;

use crate::column::Amount;
use crate::sheet::{Format, SheetError, UnknownFormat};
use chrono::{DateTime, NaiveDate, Utc};
pub use gbt24589::Gbt24589;
pub use journal::{Journal, Syntax};
pub use kingdee::KingdeeKis;
pub use ledgers::SubLedger;
use mingzhang_domain::book::{Book, Purse};
use mingzhang_domain::books::chart::Coded;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::value::{Code, Digest};
pub use source::ExportError;
use std::fs::File;
use std::io::{self, BufWriter};
use std::str::FromStr;
pub use ufida::UfidaV800;

/// Where an export is written.
pub type Out = BufWriter<File>;

/// What every exporter is told of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthBooks {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// The community's code.
    pub code: Code,
    /// Whose money.
    pub purse: Purse,
    /// The month.
    pub period: Month,
    /// Up to where the log counts: the close of a closed month, else the position that was read.
    pub position: u64,
    /// When the last of it was recorded: the close, or the newest voucher.
    pub recorded_at: Option<DateTime<Utc>>,
    /// What is sealed of the month, when it is closed.
    pub sealed: Option<Seal>,
    /// Every account with a balance or a line, by book and code.
    pub accounts: Vec<BookLine>,
}

/// The seal of a closed month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    /// Version of the month's figures.
    pub version: u32,
    /// Events that are sealed.
    pub size: u64,
    /// Root over their leaves.
    pub root: Digest,
}

/// What one code has of one book: debit positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookLine {
    /// The book.
    pub book: Book,
    /// How the customer calls it.
    pub coded: Coded,
    /// Before the month.
    pub opening: Amount,
    /// Debits of the month.
    pub debit: Amount,
    /// Credits of the month.
    pub credit: Amount,
}

impl BookLine {
    /// After the month.
    pub fn closing(&self) -> Amount {
        let mut closing = self.opening;
        closing.add(self.debit);
        closing.take(self.credit);
        closing
    }
}

/// A voucher as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    /// From 1 within purse and month.
    pub number: u32,
    /// The accounting date.
    pub effective_on: NaiveDate,
    /// 摘要
    pub summary: String,
    /// Receipts that came with it.
    pub attachments: u32,
    /// 制单人: who acted, without a name.
    pub maker: String,
    /// 审核人: who approved, without a name.
    pub checker: String,
    /// Its lines, which sum to zero.
    pub lines: Vec<Line>,
}

/// A line of a voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// 摘要
    pub summary: String,
    /// The book.
    pub book: Book,
    /// How the customer calls it.
    pub coded: Coded,
    /// Debit positive, never zero.
    pub amount: Amount,
    /// The code of the unit it is about, as it was then.
    pub unit: Option<String>,
    /// The fee item.
    pub fee_item: Option<String>,
}

impl Line {
    /// Debit and credit, one of them zero.
    pub fn sides(&self) -> (Amount, Amount) {
        if self.amount.fen() < 0 { (Amount::ZERO, self.amount.negated()) } else { (self.amount, Amount::ZERO) }
    }
}

/// Writes the vouchers of a month in one layout.
pub trait VoucherExporter: Send {
    /// How often the vouchers are shown.
    fn passes(&self) -> u8 {
        1
    }

    /// Before the first voucher.
    ///
    /// # Errors
    /// Of the output.
    fn begin(&mut self, books: &MonthBooks, out: &mut Out) -> io::Result<()>;

    /// The next voucher.
    ///
    /// # Errors
    /// Of the output.
    fn voucher(&mut self, pass: u8, voucher: &Voucher, out: &mut Out) -> io::Result<()>;

    /// After the last voucher.
    ///
    /// # Errors
    /// Of the output.
    fn end(&mut self, books: &MonthBooks, out: &mut Out) -> io::Result<()>;
}

/// What a month can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BooksFormat {
    /// 用友 text, V800.
    UfidaV800,
    /// 金蝶 KIS, a workbook.
    KingdeeKis,
    /// A journal for hledger.
    Hledger,
    /// A journal for beancount.
    Beancount,
    /// JSON in the shape of GB/T 24589.
    Gbt24589,
    /// The trial balance by code.
    TrialBalance(Format),
    /// What accounts owe and have.
    SubLedger(SubLedger, Format),
}

/// No such format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a format of the books")]
pub struct UnknownBooksFormat;

impl From<UnknownFormat> for UnknownBooksFormat {
    fn from(_: UnknownFormat) -> Self {
        Self
    }
}

impl BooksFormat {
    /// Every word.
    pub const WORDS: [&'static str; 13] = [
        "ufida_v800",
        "kingdee_kis",
        "hledger",
        "beancount",
        "gbt24589",
        "trial_balance_xlsx",
        "trial_balance_csv",
        "receivable_xlsx",
        "receivable_csv",
        "credit_xlsx",
        "credit_csv",
        "deposit_xlsx",
        "deposit_csv",
    ];

    /// The media type of the file.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::UfidaV800 => "text/plain; charset=gbk",
            Self::KingdeeKis => Format::Xlsx.media_type(),
            Self::Hledger | Self::Beancount => "text/plain; charset=utf-8",
            Self::Gbt24589 => "application/json",
            Self::TrialBalance(format) | Self::SubLedger(_, format) => format.media_type(),
        }
    }

    /// The ending of the file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::UfidaV800 => "txt",
            Self::KingdeeKis => "xlsx",
            Self::Hledger => "journal",
            Self::Beancount => "beancount",
            Self::Gbt24589 => "json",
            Self::TrialBalance(format) | Self::SubLedger(_, format) => format.as_str(),
        }
    }

    /// What the file is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::UfidaV800 => "用友凭证",
            Self::KingdeeKis => "金蝶凭证",
            Self::Hledger | Self::Beancount => "日记账",
            Self::Gbt24589 => "会计核算数据",
            Self::TrialBalance(_) => "科目余额表",
            Self::SubLedger(ledger, _) => ledger.title(),
        }
    }

    /// The exporter of its vouchers; nothing for tables of balances.
    fn exporter(self) -> Option<Box<dyn VoucherExporter>> {
        match self {
            Self::UfidaV800 => Some(Box::new(UfidaV800)),
            Self::KingdeeKis => Some(Box::new(KingdeeKis::default())),
            Self::Hledger => Some(Box::new(Journal::new(Syntax::Hledger))),
            Self::Beancount => Some(Box::new(Journal::new(Syntax::Beancount))),
            Self::Gbt24589 => Some(Box::new(Gbt24589::default())),
            Self::TrialBalance(_) | Self::SubLedger(..) => None,
        }
    }
}

impl FromStr for BooksFormat {
    type Err = UnknownBooksFormat;
    fn from_str(text: &str) -> Result<Self, UnknownBooksFormat> {
        let (table, format) = match text {
            "ufida_v800" => return Ok(Self::UfidaV800),
            "kingdee_kis" => return Ok(Self::KingdeeKis),
            "hledger" => return Ok(Self::Hledger),
            "beancount" => return Ok(Self::Beancount),
            "gbt24589" => return Ok(Self::Gbt24589),
            _ => text.rsplit_once('_').ok_or(UnknownBooksFormat)?,
        };
        let format: Format = format.parse()?;
        match table {
            "trial_balance" => Ok(Self::TrialBalance(format)),
            "receivable" => Ok(Self::SubLedger(SubLedger::Receivable, format)),
            "credit" => Ok(Self::SubLedger(SubLedger::Credit, format)),
            "deposit" => Ok(Self::SubLedger(SubLedger::Deposit, format)),
            _ => Err(UnknownBooksFormat),
        }
    }
}

/// Text for a layout that has no way to quote: no separator, no line break, no formula, so many characters at most.
fn plain(text: &str, longest: usize) -> String {
    let text = crate::sheet::neutral(text);
    let fit = |c: char| match c {
        ',' => '，',
        '"' => '＂',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(fit).take(longest).collect()
}

/// What a table of cells could not be written for.
fn sheet_failed(error: SheetError) -> io::Error {
    io::Error::other(error)
}

/// Vouchers for the tests of the layouts.
#[cfg(test)]
mod testing {
    use super::*;
    use std::io::{Read, Seek, Write};
    use std::path::PathBuf;

    /// A published layout: in `MINGZHANG_SHARED`, else in `shared` beside the project. Missing, it is a visible skip, and
    /// a failure on CI.
    pub(super) fn published(name: &str) -> Option<Vec<u8>> {
        let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
        let shared = std::env::var_os("MINGZHANG_SHARED").map_or_else(beside, PathBuf::from);
        let path = shared.join("vectors/accounting").join(name);
        match std::fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "{} is missing and CI is set: {error}", path.display());
                eprintln!("SKIPPED: {} is missing (set MINGZHANG_SHARED)", path.display());
                None
            }
        }
    }

    pub(super) fn line(summary: &str, code: &str, fen: i64) -> Line {
        let coded = Coded { code: code.parse().unwrap(), name: "科目".parse().unwrap() };
        let amount = Amount::from_fen(fen);
        Line { summary: summary.to_owned(), book: Book::Receivable, coded, amount, unit: None, fee_item: None }
    }

    pub(super) fn voucher(number: u32, lines: &[(&str, &str, i64)]) -> Voucher {
        Voucher {
            number,
            effective_on: "2026-01-31".parse().unwrap(),
            summary: "收款".to_owned(),
            attachments: 1,
            maker: "员工-0190b0e0".to_owned(),
            checker: String::new(),
            lines: lines.iter().map(|(summary, code, fen)| line(summary, code, *fen)).collect(),
        }
    }

    pub(super) fn books() -> MonthBooks {
        let account = |book, code: &str, opening, debit, credit| BookLine {
            book,
            coded: Coded { code: code.parse().unwrap(), name: "科目".parse().unwrap() },
            opening: Amount::from_fen(opening),
            debit: Amount::from_fen(debit),
            credit: Amount::from_fen(credit),
        };
        MonthBooks {
            ledger_id: LedgerId::from(uuid::Uuid::from_u128(1)),
            code: "XQ".parse().unwrap(),
            purse: Purse::Company,
            period: "2026-01".parse().unwrap(),
            position: 9,
            recorded_at: None,
            sealed: None,
            accounts: vec![
                account(Book::Bank, "1002", 0, 500, 0),
                account(Book::Receivable, "1122", 900, 0, 500),
                account(Book::Revenue, "6001", -900, 0, 0),
            ],
        }
    }

    /// The bytes of vouchers in a layout.
    pub(super) fn written(exporter: &mut dyn VoucherExporter, vouchers: &[Voucher]) -> Vec<u8> {
        let mut out = Out::new(tempfile::tempfile().unwrap());
        let books = books();
        exporter.begin(&books, &mut out).unwrap();
        for pass in 0..exporter.passes() {
            vouchers.iter().for_each(|voucher| exporter.voucher(pass, voucher, &mut out).unwrap());
        }
        exporter.end(&books, &mut out).unwrap();
        out.flush().unwrap();
        let mut file = out.into_inner().unwrap();
        file.rewind().unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_format() {
        for word in BooksFormat::WORDS {
            assert!(word.parse::<BooksFormat>().is_ok(), "{word}");
        }
        for wrong in ["", "csv", "trial_balance_txt", "suspense_csv", "UFIDA_V800"] {
            assert!(wrong.parse::<BooksFormat>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn text_without_quotes_is_made_harmless() {
        assert_eq!(plain("=1,2\n\"x\"", 60), "'=1，2 ＂x＂");
        assert_eq!(plain(&"甲".repeat(99), 60).chars().count(), 60);
    }
}
