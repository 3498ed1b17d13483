//! Openings 期初 of an account: what it owed, had and had paid for on the day before its community went live, out of the old
//! books, and the mirror of it when its batch was wrong.
//!
//! May never happen here: revenue, tax or a receipt. Openings post against the opening clearing and nothing else.

use super::deposit::{Deposit, held_line};
use super::late_fee::Lateness;
use super::lot::{Lot, LotOrigin};
use super::posting::{credit_line, receivable_line};
use super::state::{AccountState, Charge};
use super::terms::{Booking, Part};
use crate::book::{Book, Fund, VatCategory};
use crate::calendar::{CivilDate, DateRange};
use crate::event::facts;
use crate::id::{AccountId, BillLineId, ChargeId, DepositId, FeeItemId, LotId, OpeningId, PartyId};
use crate::money::Money;
use crate::posting::{Posting, Postings};
use crate::value::{Code, Count};
use std::sync::Arc;

facts! {
    /// An open charge of the old books: a debt with its own due date, or a late fee that was agreed there.
    pub struct OpeningChargePosted {
        /// The charge.
        pub charge: ChargeId,
        /// The batch.
        pub opening: OpeningId,
        /// Which record of the batch, counted from 1.
        pub record: Count,
        /// Whose books and which obligor.
        pub booking: Booking,
        /// The debt itself, or a late fee agreed in the old books.
        pub part: Part,
        /// Service time.
        pub service: DateRange,
        /// When it was due.
        pub due_on: CivilDate,
        /// A tenant who pays it by contract.
        pub agreed_payer: Option<PartyId>,
        /// Lower is paid first.
        pub priority: Count,
        /// What is open of it.
        pub amount: Money,
    }
    /// The mirror of an opening charge: its batch was wrong.
    pub struct OpeningChargeReversed {
        /// The charge.
        pub charge: ChargeId,
        /// The batch.
        pub opening: OpeningId,
        /// As it was booked.
        pub booking: Booking,
        /// As it was posted.
        pub amount: Money,
    }
    /// Unspent credit of the old books: a lot.
    pub struct OpeningCreditPosted {
        /// The account.
        pub account: AccountId,
        /// The lot.
        pub lot: LotId,
        /// The batch.
        pub opening: OpeningId,
        /// Which record of the batch, counted from 1.
        pub record: Count,
        /// How much.
        pub amount: Money,
        /// Whose money it is.
        pub holder: PartyId,
        /// What it may be spent on.
        pub fund: Fund,
        /// Only for this fee item.
        pub earmark: Option<FeeItemId>,
        /// The day since when it counts as the company's.
        pub value_on: CivilDate,
    }
    /// The mirror of an opening lot: its batch was wrong.
    pub struct OpeningCreditReversed {
        /// The account.
        pub account: AccountId,
        /// The lot.
        pub lot: LotId,
        /// The batch.
        pub opening: OpeningId,
        /// As it was posted.
        pub amount: Money,
        /// Whose it was.
        pub holder: PartyId,
        /// Its fund.
        pub fund: Fund,
    }
    /// A deposit that the old books held.
    pub struct OpeningDepositPosted {
        /// The account.
        pub account: AccountId,
        /// The deposit.
        pub deposit: DepositId,
        /// The batch.
        pub opening: OpeningId,
        /// Which record of the batch, counted from 1.
        pub record: Count,
        /// What it was taken for.
        pub fee_item: FeeItemId,
        /// How much.
        pub amount: Money,
        /// Who paid it, and gets it back.
        pub payer: PartyId,
        /// Number of the receipt that the payer holds.
        pub old_receipt: Code,
    }
    /// The mirror of an opening deposit: its batch was wrong.
    pub struct OpeningDepositReversed {
        /// The account.
        pub account: AccountId,
        /// The deposit.
        pub deposit: DepositId,
        /// The batch.
        pub opening: OpeningId,
        /// As it was posted.
        pub amount: Money,
        /// Who paid it.
        pub payer: PartyId,
    }
    /// The old books billed a fee item up to a day: nothing before it is billed here.
    pub struct OpeningBilledUntilSet {
        /// The batch.
        pub opening: OpeningId,
        /// Which record of the batch, counted from 1.
        pub record: Count,
        /// The fee item.
        pub fee_item: FeeItemId,
        /// The first day that is not billed yet.
        pub until: CivilDate,
    }
    /// It was said by mistake.
    pub struct OpeningBilledUntilReversed {
        /// The batch.
        pub opening: OpeningId,
        /// The fee item.
        pub fee_item: FeeItemId,
    }
}

/// An opening charge is owed, and the old books owe an explanation.
pub(super) fn owed(booking: &Booking, charge: ChargeId, amount: Money) -> Postings {
    let none = Postings::new();
    let Some(receivable) = receivable_line(booking, charge) else { return none };
    none.debit(receivable, amount).credit(clearing(booking.fund), amount)
}

/// An opening lot is credit.
pub(super) fn credited(account: AccountId, holder: PartyId, lot: LotId, fund: Fund, amount: Money) -> Postings {
    Postings::new().debit(clearing(fund), amount).credit(credit_line(account, holder, lot, fund), amount)
}

/// An opening deposit is held for its payer.
pub(super) fn held(account: AccountId, payer: PartyId, deposit: DepositId, amount: Money) -> Postings {
    Postings::new().debit(clearing(Fund::Deposit), amount).credit(held_line(account, payer, deposit), amount)
}

fn clearing(fund: Fund) -> Posting {
    Posting::on(Book::OpeningClearing, fund.purse())
}

impl AccountState {
    pub(super) fn opening_charge(&mut self, e: &OpeningChargePosted, effective_on: CivilDate) {
        let charge = Charge {
            charge: e.charge,
            // It was billed elsewhere: it is a line of its own.
            bill_line: BillLineId(e.charge.uuid()),
            run: None,
            booking: e.booking.clone(),
            part: e.part,
            opening: Some((e.opening, e.record.0)),
            source: None,
            service: e.service,
            due_on: e.due_on,
            agreed_payer: e.agreed_payer,
            priority: e.priority.0,
            // What tax it bore was settled in the old books.
            vat_category: VatCategory::NotTaxable,
            vat_rate: None,
            effective_on,
            billed: None,
            metered: None,
            gross: e.amount,
            posted: e.amount,
            owed: e.amount,
            waived: Money::ZERO,
            paid: Money::ZERO,
            written_off: Money::ZERO,
            written_off_on: None,
            reversed: false,
            lateness: Lateness::default(),
            invoiced: Vec::new(),
        };
        self.charges.insert(e.charge, Arc::new(charge));
    }

    pub(super) fn opening_credit(&mut self, e: &OpeningCreditPosted, effective_on: CivilDate) {
        let lot = Lot {
            lot: e.lot,
            origin: LotOrigin::Opening { opening: e.opening, record: e.record.0 },
            holder: e.holder,
            fund: e.fund,
            earmark: e.earmark,
            held_back: false,
            value_on: e.value_on,
            effective_on,
            received: e.amount,
            rest: e.amount,
            moved: Money::ZERO,
            order: self.next(),
        };
        self.lots.insert(e.lot, Arc::new(lot));
    }

    pub(super) fn opening_deposit(&mut self, e: &OpeningDepositPosted) {
        let deposit = Deposit {
            deposit: e.deposit,
            payer: e.payer,
            fee_item: e.fee_item,
            opening: Some((e.opening, e.record.0)),
            taken: e.amount,
            held: e.amount,
        };
        self.deposits.insert((e.deposit, e.payer), deposit);
    }
}
