//! Postings: the signed lines that a money event puts on the books, sealed in its body.
//!
//! A pure function of the event's type, version, `effective_on` and data. May never happen here: a sum other than zero
//! in any purse, a zero line, two lines with equal keys. Each noun's `posting.rs` says what its events post.

use crate::book::{Book, Fund, Purse, VatCategory};
use crate::calendar::Month;
use crate::id::{AccountId, ChannelAccountId, ChargeId, FeeItemId, LedgerId, LotId, PartyId};
use crate::money::Money;
use uuid::Uuid;

/// Lines of one event at most.
pub const MAX_LINES: usize = 64;

/// One signed line: debit positive, credit negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// Semantic account.
    pub book: Book,
    /// Whose money.
    pub purse: Purse,
    /// Debit positive, never zero.
    pub amount: Money,
    /// What the money is for.
    pub fund: Option<Fund>,
    /// Account 户账.
    pub account: Option<AccountId>,
    /// Obligor on receivables, holder on credit, depositor on deposit_held.
    pub party: Option<PartyId>,
    /// The charge.
    pub charge: Option<ChargeId>,
    /// The lot of credit.
    pub lot: Option<LotId>,
    /// The deposit.
    pub deposit: Option<Uuid>,
    /// The fee item.
    pub fee_item: Option<FeeItemId>,
    /// The charge's period.
    pub period: Option<Month>,
    /// Where the money lies.
    pub channel_account: Option<ChannelAccountId>,
    /// Tax treatment.
    pub vat_category: Option<VatCategory>,
    /// The other ledger of a transfer.
    pub counter_ledger: Option<LedgerId>,
    /// The supplier.
    pub supplier: Option<Uuid>,
}

impl Posting {
    /// A line with only a book, purse and amount; dimensions are added by struct update.
    pub fn on(book: Book, purse: Purse) -> Self {
        Self {
            book,
            purse,
            amount: Money::ZERO,
            fund: None,
            account: None,
            party: None,
            charge: None,
            lot: None,
            deposit: None,
            fee_item: None,
            period: None,
            channel_account: None,
            vat_category: None,
            counter_ledger: None,
            supplier: None,
        }
    }

    fn same_key(&self, other: &Self) -> bool {
        Self { amount: Money::ZERO, ..*self } == Self { amount: Money::ZERO, ..*other }
    }
}

/// The lines of one event while they are collected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Postings(Vec<Posting>);

impl Postings {
    /// No lines yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a debit (a negative amount is a credit).
    #[must_use]
    pub fn debit(mut self, line: Posting, amount: Money) -> Self {
        match self.0.iter_mut().find(|have| have.same_key(&line)) {
            Some(have) => have.amount = have.amount.fold(amount),
            None => self.0.push(Posting { amount, ..line }),
        }
        self
    }

    /// Adds a credit.
    #[must_use]
    pub fn credit(self, line: Posting, amount: Money) -> Self {
        self.debit(line, amount.negated())
    }

    /// The same lines with the opposite sign.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        self.0.iter_mut().for_each(|line| line.amount = line.amount.negated());
        self
    }

    /// The finished lines: no zero lines.
    pub fn finish(mut self) -> Vec<Posting> {
        self.0.retain(|line| !line.amount.is_zero());
        self.0
    }
}

/// True when the lines sum to zero in every purse.
pub fn balanced(lines: &[Posting]) -> bool {
    Purse::ALL.iter().all(|purse| lines.iter().filter(|l| l.purse == *purse).map(|l| l.amount).sum::<Money>().is_zero())
}
