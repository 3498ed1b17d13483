//! Receipts 收据 on paper: what a receipt's facts say, its marks, and how to check it.

use crate::amount::grouped;
use crate::qr;
use crate::render::Job;
use crate::stamp::Stamp;
use crate::template::Template;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::Series;
use mingzhang_domain::rule::amount_in_words;
use serde::Serialize;
use serde_json::json;

/// How a receipt stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Valid,
    /// Another one replaces it: its number.
    ReplacedBy(String),
    /// It no longer holds 红冲.
    Reversed,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was paid, in words.
    pub item: String,
    /// The code of the unit it was paid for; absent when summed over units.
    pub unit: Option<String>,
    /// First day and last day of the service.
    pub service: Option<(CivilDate, CivilDate)>,
    /// How much.
    pub amount: Money,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What series it is of: says its title.
    pub series: Series,
    /// Its number.
    pub number: String,
    /// Its day.
    pub issued_on: CivilDate,
    /// Who took the money, with the unified social credit code.
    pub company: String,
    /// The company's unified social credit code.
    pub social_credit_code: Option<String>,
    /// For which community.
    pub community: String,
    /// Whose debt was paid; masked for whoever may not see names.
    pub obligor: String,
    /// Who sent the money, where the channel said so.
    pub payer: Option<String>,
    /// What was paid.
    pub lines: Vec<Line>,
    /// All lines.
    pub amount: Money,
    /// How it was paid, in words.
    pub method: String,
    /// The channel's own number.
    pub reference: String,
    /// The day the money was really the company's.
    pub value_on: CivilDate,
    /// Who took it, for cash.
    pub cashier: Option<String>,
    /// Open charges less credit of the obligor right after it, by unit: positive is owed.
    pub balances: Vec<(String, Money)>,
    /// How it stands.
    pub standing: Standing,
    /// The number of the invoice that it is exchanged for.
    pub exchanged_for: Option<String>,
    /// The number of the receipt it replaces.
    pub replaces: Option<String>,
    /// How often it was printed.
    pub prints: u32,
    /// Where its fact stands in the log.
    pub position: u64,
    /// SHA-256 of that fact, in hexadecimal.
    pub leaf_hash: String,
    /// Where anybody can check it.
    pub verify_url: Option<String>,
}

/// How receipts are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// One on a sheet of A4.
    #[default]
    A4,
    /// Two copies 二联, each on a sheet of A5 across: the payer's and the stub.
    A5Landscape,
    /// A roll of 80 mm.
    Roll80mm,
}

impl Layout {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::A4, Self::A5Landscape, Self::Roll80mm];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::A5Landscape => "a5_landscape",
            Self::Roll80mm => "roll_80mm",
        }
    }

    fn template(self) -> Template {
        match self {
            Self::A4 => Template::ReceiptA4,
            Self::A5Landscape => Template::ReceiptA5Landscape,
            Self::Roll80mm => Template::ReceiptRoll80mm,
        }
    }
}

/// No such layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a layout is a4, a5_landscape or roll_80mm")]
pub struct UnknownLayout;

impl std::str::FromStr for Layout {
    type Err = UnknownLayout;
    fn from_str(text: &str) -> Result<Self, UnknownLayout> {
        Self::ALL.into_iter().find(|layout| layout.as_str() == text).ok_or(UnknownLayout)
    }
}

/// What a template is given of a receipt; amounts are grouped by thousands, days are ISO 8601.
#[derive(Serialize)]
struct Shown<'a> {
    title: &'static str,
    number: &'a str,
    issued_on: String,
    company: &'a str,
    social_credit_code: Option<&'a str>,
    community: &'a str,
    obligor: &'a str,
    payer: Option<&'a str>,
    lines: Vec<ShownLine<'a>>,
    amount: String,
    amount_in_words: String,
    method: &'a str,
    reference: &'a str,
    value_on: String,
    cashier: Option<&'a str>,
    balances: Vec<ShownBalance<'a>>,
    /// Across the sheet; absent for one that holds and was printed.
    watermark: Option<&'static str>,
    /// Beside the number, one after another.
    marks: Vec<String>,
    position: u64,
    leaf_hash: &'a str,
    verify_url: Option<&'a str>,
    /// SVG of the address.
    qr: Option<String>,
}

#[derive(Serialize)]
struct ShownLine<'a> {
    item: &'a str,
    unit: Option<&'a str>,
    from: Option<String>,
    to: Option<String>,
    amount: String,
}

#[derive(Serialize)]
struct ShownBalance<'a> {
    unit: &'a str,
    owed: Option<String>,
    credit: Option<String>,
}

/// Some receipts as one document, each on a page of its own.
pub fn job(receipts: &[Receipt], layout: Layout, stamp: Option<Stamp>) -> Job {
    let day = receipts.iter().map(|receipt| receipt.issued_on).max().unwrap_or(CivilDate::MIN);
    let shown: Vec<Shown<'_>> = receipts.iter().map(Receipt::shown).collect();
    let data = json!({"receipts": shown, "stamped": stamp.is_some()});
    Job { template: layout.template(), data, stamp, day }
}

impl Receipt {
    fn shown(&self) -> Shown<'_> {
        let lines = self.lines.iter().map(|line| ShownLine {
            item: &line.item,
            unit: line.unit.as_deref(),
            from: line.service.map(|(from, _)| from.to_string()),
            to: line.service.map(|(_, to)| to.to_string()),
            amount: grouped(line.amount),
        });
        let balances = self.balances.iter().map(|(unit, owed)| ShownBalance {
            unit,
            owed: owed.is_positive().then(|| grouped(*owed)),
            credit: (!owed.is_positive()).then(|| grouped(owed.negated())),
        });
        Shown {
            title: title(self.series),
            number: &self.number,
            issued_on: self.issued_on.to_string(),
            company: &self.company,
            social_credit_code: self.social_credit_code.as_deref(),
            community: &self.community,
            obligor: &self.obligor,
            payer: self.payer.as_deref(),
            lines: lines.collect(),
            amount: grouped(self.amount),
            amount_in_words: amount_in_words::of(self.amount),
            method: &self.method,
            reference: &self.reference,
            value_on: self.value_on.to_string(),
            cashier: self.cashier.as_deref(),
            balances: balances.collect(),
            watermark: self.watermark(),
            marks: self.marks(),
            position: self.position,
            leaf_hash: &self.leaf_hash,
            verify_url: self.verify_url.as_deref(),
            qr: self.verify_url.as_deref().and_then(qr::svg),
        }
    }

    fn watermark(&self) -> Option<&'static str> {
        match &self.standing {
            Standing::ReplacedBy(_) => Some("已作废"),
            Standing::Reversed => Some("已红冲"),
            // The first print is a fact; until then nobody holds it.
            Standing::Valid if self.prints == 0 => Some("预览"),
            Standing::Valid => None,
        }
    }

    fn marks(&self) -> Vec<String> {
        let standing = match &self.standing {
            Standing::Valid => None,
            Standing::ReplacedBy(number) => Some(format!("已作废，由 {number} 代替")),
            Standing::Reversed => Some("已红冲，作废".to_owned()),
        };
        let replaces = self.replaces.as_ref().map(|number| format!("代替 {number}"));
        let again = self.prints.checked_sub(1).filter(|again| *again > 0).map(|again| format!("补打第 {again} 次"));
        let exchanged = self.exchanged_for.as_ref().map(|number| format!("已换开发票 {number}"));
        [standing, exchanged, replaces, again].into_iter().flatten().collect()
    }
}

fn title(series: Series) -> &'static str {
    match series {
        Series::Fees => "收款收据",
        Series::Deposits => "押金收据",
        Series::MaintenanceFund => "维修资金收据",
        Series::OwnersIncome => "公共收益收据",
        Series::Refunds => "退款收据",
    }
}
