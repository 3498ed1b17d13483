//! The closing certificate 结账证明 on paper: what a month was when it was closed, and the digests that its file is checked by.

use crate::amount::grouped;
use crate::render::Job;
use crate::stamp::Stamp;
use crate::template::Template;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::money::Money;
use serde::Serialize;

/// A closing certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose community.
    pub company: String,
    /// The company's unified social credit code.
    pub social_credit_code: Option<String>,
    /// Which community.
    pub community: String,
    /// The month, `2026-01`.
    pub period: String,
    /// The version of its figures.
    pub version: u32,
    /// When it was closed, in Shanghai.
    pub closed_at: String,
    /// The day of that.
    pub closed_on: CivilDate,
    /// By whom: the end of an id.
    pub closed_by: String,
    /// What was looked at, and what was found.
    pub checklist: Vec<(String, String)>,
    /// Figures of the month.
    pub figures: Vec<(String, String)>,
    /// The books, purse by purse.
    pub purses: Vec<Purse>,
    /// Events that are sealed.
    pub size: u64,
    /// Where the seal stands.
    pub sealed_at: u64,
    /// Root over their leaves, hexadecimal.
    pub root: String,
    /// SHA-256 over the figures, hexadecimal.
    pub figures_digest: String,
    /// SHA-256 of the certificate's file, hexadecimal.
    pub file_digest: String,
}

/// The books of a purse as of the last day of the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purse {
    /// What it is called.
    pub name: String,
    /// The last voucher of the month; absent when it has none.
    pub vouchers: Option<u32>,
    /// Each book: its name, debits, credits.
    pub books: Vec<(String, Money, Money)>,
}

#[derive(Serialize)]
struct Shown<'a> {
    company: &'a str,
    social_credit_code: Option<&'a str>,
    community: &'a str,
    period: &'a str,
    version: u32,
    closed_at: &'a str,
    closed_by: &'a str,
    checklist: &'a [(String, String)],
    figures: &'a [(String, String)],
    purses: Vec<ShownPurse<'a>>,
    size: u64,
    sealed_at: u64,
    root: &'a str,
    figures_digest: &'a str,
    file_digest: &'a str,
    stamped: bool,
}

#[derive(Serialize)]
struct ShownPurse<'a> {
    name: &'a str,
    vouchers: Option<u32>,
    books: Vec<ShownBook<'a>>,
    debit: String,
    credit: String,
}

#[derive(Serialize)]
struct ShownBook<'a> {
    name: &'a str,
    debit: String,
    credit: String,
}

fn shown(purse: &Purse) -> ShownPurse<'_> {
    let sum = |of: fn(&(String, Money, Money)) -> Money| {
        let sum = purse.books.iter().map(of).try_fold(Money::ZERO, Money::plus);
        sum.map(grouped).unwrap_or_default()
    };
    let books = purse.books.iter().map(|(name, debit, credit)| ShownBook {
        name,
        debit: grouped(*debit),
        credit: grouped(*credit),
    });
    ShownPurse {
        name: &purse.name,
        vouchers: purse.vouchers,
        books: books.collect(),
        debit: sum(|(_, debit, _)| *debit),
        credit: sum(|(_, _, credit)| *credit),
    }
}

/// A certificate as a document.
pub fn job(certificate: &Certificate, stamp: Option<Stamp>) -> Job {
    let shown = Shown {
        company: &certificate.company,
        social_credit_code: certificate.social_credit_code.as_deref(),
        community: &certificate.community,
        period: &certificate.period,
        version: certificate.version,
        closed_at: &certificate.closed_at,
        closed_by: &certificate.closed_by,
        checklist: &certificate.checklist,
        figures: &certificate.figures,
        purses: certificate.purses.iter().map(shown).collect(),
        size: certificate.size,
        sealed_at: certificate.sealed_at,
        root: &certificate.root,
        figures_digest: &certificate.figures_digest,
        file_digest: &certificate.file_digest,
        stamped: stamp.is_some(),
    };
    Job::new(Template::Certificate, &shown, stamp, certificate.closed_on)
}
