//! Deposits 押金: held for whoever paid them, until they go back, or the payer's consent or a judgment lets the company keep them.
//!
//! The demand is a charge that posts nothing; what pays it is the deposit, and has the demand's id. May never happen here: a
//! deposit that pays a charge, or that becomes anybody's but its payer's or, with tax, the company's.

use super::state::AccountState;
use super::terms::{Booking, VatSplit};
use crate::approval::Approved;
use crate::book::{Book, Fund};
use crate::event::facts;
use crate::id::{AccountId, ChargeId, DepositId, FeeItemId, ForfeitureId, OpeningId, PartyId, RefundId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::posting::{Posting, Postings};
use crate::value::{Digest, Label};
use crate::wire::words;

words! {
    /// What lets the company keep of a deposit.
    pub enum ForfeitureGround {
        /// The payer agreed, on paper.
        Consent = "consent",
        /// A court decided.
        Judgment = "judgment",
    }
}

facts! {
    /// A deposit or a part of it will be paid out.
    pub struct DepositReturned {
        /// The account.
        pub account: AccountId,
        /// The refund.
        pub refund: RefundId,
        /// The deposit.
        pub deposit: DepositId,
        /// What it was taken for.
        pub fee_item: FeeItemId,
        /// How much.
        pub amount: Money,
        /// Whose money: who paid it.
        pub payer: PartyId,
        /// Another party that it is paid to; absent: to the source of the money.
        pub payee: Option<PartyId>,
        /// Commitment to the evidence that the payee may have it; present exactly with a payee.
        pub evidence: Option<Digest>,
        /// Why.
        pub reason: Label,
        /// Requested by one, approved by another.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The money did not leave; the deposit is held again.
    pub struct DepositReturnFailed {
        /// The account.
        pub account: AccountId,
        /// The refund.
        pub refund: RefundId,
        /// The deposit.
        pub deposit: DepositId,
        /// What it was taken for.
        pub fee_item: FeeItemId,
        /// How much.
        pub amount: Money,
        /// Whose money.
        pub payer: PartyId,
        /// Why.
        pub reason: Label,
    }
    /// A deposit or a part of it is the company's 押金扣除, and taxed.
    pub struct DepositForfeited {
        /// The account.
        pub account: AccountId,
        /// The forfeiture.
        pub forfeiture: ForfeitureId,
        /// The deposit.
        pub deposit: DepositId,
        /// What it was taken for.
        pub fee_item: FeeItemId,
        /// How much.
        pub amount: Money,
        /// Whose money it was.
        pub payer: PartyId,
        /// Tax in it.
        pub vat: VatSplit,
        /// What allows it.
        pub ground: ForfeitureGround,
        /// Commitment to the signed consent or the judgment.
        pub evidence: Digest,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// A forfeiture was a mistake 红冲: the deposit is held again.
    pub struct ForfeitureReversed {
        /// The account.
        pub account: AccountId,
        /// The forfeiture.
        pub forfeiture: ForfeitureId,
        /// The deposit.
        pub deposit: DepositId,
        /// What it was taken for.
        pub fee_item: FeeItemId,
        /// How much.
        pub amount: Money,
        /// Whose money it is.
        pub payer: PartyId,
        /// Tax that was in it.
        pub vat: VatSplit,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

/// What one payer has in one deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// Its id: that of the charge that asked for it, unless the old books had it.
    pub deposit: DepositId,
    /// Who paid it, and gets it back.
    pub payer: PartyId,
    /// What it was taken for.
    pub fee_item: FeeItemId,
    /// The batch of openings that it came with, and which record of it.
    pub opening: Option<(OpeningId, u32)>,
    /// How much was paid, less what was undone.
    pub taken: Money,
    /// Of that, neither returned nor forfeited.
    pub held: Money,
}

/// What of a deposit the company keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forfeiture {
    /// The deposit.
    pub deposit: DepositId,
    /// Whose money it was.
    pub payer: PartyId,
    /// What it was taken for.
    pub fee_item: FeeItemId,
    /// How much.
    pub amount: Money,
    /// Tax in it.
    pub vat: VatSplit,
}

/// A deposit belongs to its payer.
pub(super) fn held_line(account: AccountId, payer: PartyId, deposit: DepositId) -> Posting {
    Posting {
        fund: Some(Fund::Deposit),
        account: Some(account),
        party: Some(payer),
        deposit: Some(deposit.uuid()),
        ..Posting::on(Book::DepositHeld, Fund::Deposit.purse())
    }
}

/// What the company keeps is income, and its tax is due at once.
pub(super) fn forfeited(held: Posting, fee_item: FeeItemId, amount: Money, vat: &VatSplit) -> Postings {
    let line = |book| Posting {
        fund: Some(Fund::Deposit),
        fee_item: Some(fee_item),
        vat_category: Some(vat.category),
        ..Posting::on(book, Fund::Deposit.purse())
    };
    Postings::new().debit(held, amount).credit(line(Book::OtherRevenue), vat.net).credit(line(Book::VatDue), vat.tax)
}

impl AccountState {
    /// What a payer has in a deposit.
    pub fn deposit(&self, deposit: DepositId, payer: PartyId) -> Option<&Deposit> {
        self.deposits.get(&(deposit, payer))
    }

    /// All deposits, also those of which nothing is held any more.
    pub fn deposits(&self) -> impl Iterator<Item = &Deposit> {
        self.deposits.values()
    }

    /// A forfeiture that stands.
    pub fn forfeiture(&self, forfeiture: ForfeitureId) -> Option<&Forfeiture> {
        self.forfeitures.get(&forfeiture)
    }

    /// The forfeitures that stand.
    pub fn forfeitures(&self) -> impl Iterator<Item = (&ForfeitureId, &Forfeiture)> {
        self.forfeitures.iter()
    }

    /// Money paid a charge, or did not after all: a deposit when the charge asks for one.
    pub(super) fn take(&mut self, booking: &Booking, (charge, payer): (ChargeId, PartyId), amount: Money) {
        if booking.fund != Fund::Deposit {
            return;
        }
        let deposit = DepositId(charge.uuid());
        let new = Deposit {
            deposit,
            payer,
            fee_item: booking.fee_item,
            opening: None,
            taken: Money::ZERO,
            held: Money::ZERO,
        };
        let entry = self.deposits.entry((deposit, payer)).or_insert(new);
        entry.taken = entry.taken.fold(amount);
        entry.held = entry.held.fold(amount);
    }

    pub(super) fn hold(&mut self, key: (DepositId, PartyId), amount: Money) {
        if let Some(deposit) = self.deposits.get_mut(&key) {
            deposit.held = deposit.held.fold(amount);
        }
    }

    pub(super) fn forfeit(&mut self, e: &DepositForfeited) {
        self.hold((e.deposit, e.payer), e.amount.negated());
        let (deposit, payer, fee_item, amount, vat) = (e.deposit, e.payer, e.fee_item, e.amount, e.vat.clone());
        self.forfeitures.insert(e.forfeiture, Forfeiture { deposit, payer, fee_item, amount, vat });
    }

    pub(super) fn forfeiture_reversed(&mut self, e: &ForfeitureReversed) {
        self.hold((e.deposit, e.payer), e.amount);
        self.forfeitures.remove(&e.forfeiture);
    }
}
