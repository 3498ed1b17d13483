//! Any sequence of money commands, accepted or refused, leaves the books and the folds in agreement.
//!
//! The books are summed from the postings alone; the states are what the rules decide on. Neither is derived from the other.

mod banked;
mod deposits;
mod old_books;

use super::fixture::{account, day, item, month, of_fund, opened, owned, party};
use super::{
    AccountState, AllocateCredit, ApproveRefund, Charge, ChargeSpec, DrawDownCredit, FailRefund, MoveCredit,
    ReduceCharge, RefundStage, ReleaseCredit, ReverseCharge, SettleRefund, Source, UndoAllocation, WriteOffCharge,
};
use crate::approval::fixture::limit;
use crate::book::{Book, Fund, Purse};
use crate::draft::{Decide, NewEvent};
use crate::envelope::Recorded;
use crate::figures::fixture::recorded;
use crate::id::{AccountId, BillLineId, ChannelAccountId, ChargeId, LotId, PaymentId};
use crate::money::Money;
use crate::payment::fixture::{bank, cash_box, fund_bank, shift};
use crate::payment::{
    Channel, IdentifySuspense, PaymentEvent, Pays, PrintReceipt, RecordBankLine, RecordPayment, ReturnSuspense,
    ReversePayment, Spending, UnidentifySuspense,
};
use crate::posting::Posting;
use crate::receipt_series::ReceiptSeriesEvent;
use crate::shift::OpenShift;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::{CreditChoice, CreditFate, PaidAhead, SellersCredit, Transfer, TransferUnit, preview_transfer};
use crate::value::Digest;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const FUNDS: [Fund; 5] = [Fund::Operating, Fund::PassThrough, Fund::Deposit, Fund::OwnersIncome, Fund::MaintenanceFund];

/// A wish, with indexes into whatever exists when it is made.
#[derive(Debug, Clone)]
struct Wish {
    kind: u8,
    account: u128,
    fen: i64,
    a: usize,
    b: usize,
    flag: bool,
}

fn wish() -> impl Strategy<Value = Wish> {
    (0_u8..28, 1_u128..=2, 1_i64..30_000, 0_usize..64, 0_usize..64, any::<bool>())
        .prop_map(|(kind, account, fen, a, b, flag)| Wish { kind, account, fen, a, b, flag })
}

/// The ledger as an auditor sees it: postings, and the ids that events named.
struct Books {
    story: Story,
    events: Vec<Recorded>,
    lines: Vec<Posting>,
    payments: Vec<PaymentId>,
    numbers: Vec<String>,
    accepted: usize,
}

fn books() -> Books {
    let story = old_books::going_live(owned(crate::payment::fixture::story()));
    let mut books =
        Books { story, events: Vec::new(), lines: Vec::new(), payments: Vec::new(), numbers: Vec::new(), accepted: 0 };
    books.judge(&OpenShift { channel: cash_box(), float: Money::ZERO });
    books
}

impl Books {
    fn judge(&mut self, command: &dyn Decide) {
        if let Ok(events) = self.story.when(command) {
            self.take(&events);
        }
    }

    fn take(&mut self, events: &[NewEvent]) {
        self.accepted += 1;
        events.iter().for_each(|event| self.note(event));
    }

    fn note(&mut self, event: &NewEvent) {
        let position = u64::try_from(self.events.len()).unwrap() + 1;
        self.events.push(recorded(position, event));
        self.lines.extend(event.postings.iter().flatten());
        match &event.event {
            Event::Payment(PaymentEvent::PaymentReceived(_)) => self.payments.push(PaymentId(event.stream.id)),
            Event::ReceiptSeries(ReceiptSeriesEvent::ReceiptNumbered(e)) => self.numbers.push(e.number.to_string()),
            _ => {}
        }
    }

    fn state(&self, id: AccountId) -> Arc<AccountState> {
        self.story.draft().account(id)
    }

    fn charge(&self, id: AccountId, at: usize) -> ChargeId {
        let all: Vec<ChargeId> = self.state(id).charges().map(|c| c.charge).collect();
        all.get(at % all.len().max(1)).copied().unwrap_or(ChargeId(uuid(0)))
    }

    fn lot(&self, id: AccountId, at: usize) -> LotId {
        let all: Vec<LotId> = self.state(id).lots().map(|l| l.lot).collect();
        all.get(at % all.len().max(1)).copied().unwrap_or(LotId(uuid(0)))
    }

    fn payment(&self, at: usize) -> PaymentId {
        self.payments.get(at % self.payments.len().max(1)).copied().unwrap_or(PaymentId(uuid(0)))
    }

    fn sum(&self, keep: impl Fn(&Posting) -> bool) -> Money {
        self.lines.iter().filter(|line| keep(line)).map(|line| line.amount).sum()
    }

    fn act(&mut self, w: &Wish) {
        let (on, amount) = (account(w.account), Money::from_fen(w.fen));
        let (charge, lot, payment) = (self.charge(on, w.a), self.lot(on, w.b), self.payment(w.a));
        let (reason, authority) = ("a good reason".parse().unwrap(), limit("999999.00"));
        let value_on = "2026-01-01".parse().unwrap();
        match w.kind {
            0..=3 => self.judge(&super::fixture::Post(on, vec![spec(w)])),
            4..=5 => self.judge(&self.money(w)),
            6 => self.judge(&bank_line(w)),
            7 => self.judge(&ReduceCharge { account: on, charge, amount, reason, authority }),
            8 => self.judge(&super::fixture::waive(on, charge, amount, reason, authority)),
            9 => self.judge(&ReverseCharge { account: on, charge, reason, authority }),
            10 => {
                let amount = w.flag.then_some(amount);
                self.judge(&AllocateCredit { account: on, lot, charge, amount, late_fee: w.flag });
            }
            11 => {
                let state = self.state(on);
                let at = w.a % state.allocations().count().max(1);
                if let Some(allocation) = state.allocations().nth(at).map(|a| a.allocation) {
                    self.judge(&UndoAllocation { account: on, allocation });
                }
            }
            12 => {
                self.judge(&ReleaseCredit { account: on, lot });
                self.judge(&DrawDownCredit { account: on });
            }
            13 => {
                self.judge(&MoveCredit { account: on, lot, amount, to: party(3), evidence: Digest([7; 32]), authority })
            }
            14 => {
                self.judge(&ApproveRefund { account: on, lot, amount, payee: None, evidence: None, reason, authority })
            }
            15 => {
                let state = self.state(on);
                let at = w.a % state.refunds().count().max(1);
                if let Some(refund) = state.refunds().nth(at).map(|r| r.refund) {
                    let (channel, shift) = self.channel(w.b);
                    let settle = SettleRefund { account: on, refund, channel, shift, reference: None, value_on };
                    let fail = FailRefund { account: on, refund, reason };
                    self.judge(if w.flag { &settle } else { &fail });
                }
            }
            16 => {
                let amount = w.flag.then_some(amount);
                self.judge(&IdentifySuspense { payment, amount, spending: self.spending(w), authority });
            }
            17 => {
                let amount = w.flag.then_some(amount);
                let from = self.state(on).lot(lot).and_then(|lot| lot.payment()).unwrap_or(payment);
                self.judge(&UnidentifySuspense { payment: from, account: on, lot, amount, authority });
            }
            18 => {
                let (channel, shift) = self.channel(w.b);
                self.judge(&ReturnSuspense {
                    payment,
                    amount,
                    channel,
                    shift,
                    reference: None,
                    value_on,
                    reason,
                    authority,
                });
            }
            22..=23 => self.transfer(w),
            24..=25 => deposits::wish(self, w),
            26..=27 => banked::wish(self, w),
            19 => self.judge(&WriteOffCharge { account: on, charge, amount, reason, authority }),
            20 => self.open_books(w),
            _ => {
                let receipt = self.story.draft().payment(payment).receipts().last().map(|r| r.receipt);
                match receipt.filter(|_| w.flag) {
                    Some(receipt) => self.judge(&PrintReceipt { payment, receipt }),
                    None => self.judge(&ReversePayment { payment, reason, authority }),
                }
            }
        }
    }

    /// A sale by any day to anybody; each lot of the seller is left, refunded or moved.
    fn transfer(&mut self, w: &Wish) {
        let from = day(&format!("2026-{:02}-{:02}", 1 + w.a % 4, 1 + w.b % 28));
        let to = party(1 + u128::try_from(w.b % 3).unwrap_or_default());
        let paid_ahead = if w.flag { PaidAhead::Freed } else { PaidAhead::Kept };
        let transfer = Transfer { unit: opened(w.account).unit, from, party: to, status: None, paid_ahead };
        let Ok(seen) = preview_transfer(&mut self.story.draft(), &transfer) else { return };
        let fates = [CreditFate::Left, CreditFate::Refunded, CreditFate::Moved].into_iter().cycle().skip(w.a % 3);
        let choice = |(lot, fate): (&SellersCredit, CreditFate)| CreditChoice {
            lot: lot.lot,
            fate,
            amount: (fate != CreditFate::Left).then_some(lot.rest),
            evidence: (fate == CreditFate::Moved).then_some(Digest([7; 32])),
        };
        let credit = seen.credit.iter().zip(fates).map(choice).collect();
        let (reason, authority) = ("a good reason".parse().unwrap(), limit("999999.00"));
        let wish = TransferUnit { transfer, credit, reason, authority };
        let events = self.story.when(&wish).expect("what was foreseen is granted");
        self.take(&events);
    }

    fn channel(&self, at: usize) -> (Channel, Option<crate::id::ShiftId>) {
        match at % 4 {
            0 => (cash_box(), Some(shift(&self.story))),
            1 => (fund_bank(), None),
            _ => (bank(), None),
        }
    }

    fn money(&self, w: &Wish) -> RecordPayment {
        let (channel, shift) = self.channel(w.b);
        let reference = shift.is_none().then(|| format!("R{}-{}", w.a % 40, w.fen % 7).parse().unwrap());
        let value_on = "2026-01-01".parse().unwrap();
        let spending = self.spending(w);
        let amount = Money::from_fen(w.fen * 2);
        RecordPayment {
            channel,
            reference,
            shift,
            amount,
            value_on,
            payer: None,
            method: None,
            tendered: None,
            rounding: None,
            spending,
        }
    }

    fn spending(&self, w: &Wish) -> Spending {
        let named = |n: u128| if w.flag { vec![self.charge(account(n), w.b)] } else { Vec::new() };
        let part = (w.a.is_multiple_of(5)).then(|| Money::from_fen(w.fen / 2));
        let pays = |n: u128| Pays { account: account(n), charges: named(n), amount: part };
        let both = [pays(w.account), pays(3 - w.account)];
        Spending {
            pays: both.into_iter().take(w.a % 3).collect(),
            rest_to: (!w.b.is_multiple_of(3)).then(|| account(w.account)),
            earmark: (w.b.is_multiple_of(7)).then(|| item(0)),
            charges_only: w.a.is_multiple_of(4),
            as_of: None,
        }
    }

    fn check(&self) {
        for purse in Purse::ALL {
            assert!(self.sum(|line| line.purse == *purse).is_zero(), "{purse} balances");
        }
        let (mut in_flight, mut tax, mut given_up) = (Money::ZERO, Money::ZERO, Money::ZERO);
        for n in 1..=2 {
            let state = self.state(account(n));
            tax = tax.fold(state.charges().map(|charge| tax_in(charge)).sum());
            given_up = given_up.fold(state.charges().map(|charge| charge.written_off).sum());
            self.check_charges(account(n), &state);
            self.check_lots(&state);
            tax = tax.fold(self.check_deposits(account(n), &state));
            let refunds = state.refunds().filter(|r| r.stage == RefundStage::InFlight);
            in_flight = in_flight.fold(refunds.map(|r| r.amount).sum());
        }
        assert_eq!(self.sum(|line| line.book == Book::RefundsPayable), in_flight.negated());
        let taxed = |line: &Posting| matches!(line.book, Book::VatPending | Book::VatDue);
        assert_eq!(self.sum(taxed), tax.negated(), "tax foots with what is owed");
        assert_eq!(self.sum(|line| line.book == Book::Allowance), given_up, "what is given up is off the books only");
        let cash = self.story.draft().shift(shift(&self.story)).expected();
        assert_eq!(self.sum(|line| line.book == Book::Cash), cash, "the box holds what the book says");
        self.check_payments();
    }

    fn check_charges(&self, id: AccountId, state: &AccountState) {
        let (mut open, mut live) = (Money::ZERO, Vec::new());
        for charge in state.charges() {
            assert!(!charge.open().is_negative() && !charge.paid.is_negative() && charge.owed <= charge.posted);
            assert!(!charge.written_off.is_negative());
            let allocated = state.allocations().filter(|a| a.charge == charge.charge).map(|a| a.amount).sum();
            assert_eq!(charge.paid, allocated, "what pays a charge is its live allocations");
            assert!(!charge.reversed || charge.paid.is_zero());
            let of = |line: &Posting| line.charge == Some(charge.charge);
            if !matches!(charge.booking.fund, Fund::Deposit | Fund::MaintenanceFund) {
                open = open.fold(charge.open());
                assert_eq!(self.sum(of), charge.open(), "the receivable is what is open");
            }
            if !charge.reversed && charge.source.is_none() {
                live.push(((charge.booking.fee_item, charge.part), charge.service));
            }
        }
        let receivable = |line: &Posting| {
            matches!(line.book, Book::Receivable | Book::PassThroughReceivable) && line.account == Some(id)
        };
        assert_eq!(self.sum(receivable), open);
        let fund = self.sum(|line| line.book == Book::FundBalance && line.account == Some(id));
        assert_eq!(fund.negated(), state.fund().balance(), "the book of the maintenance fund is what the unit has");
        for (at, (item, service)) in live.iter().enumerate() {
            let twice = live[at + 1..].iter().any(|(other, time)| other == item && time.overlaps(*service));
            assert!(!twice, "a service time is charged once");
        }
    }

    fn check_lots(&self, state: &AccountState) {
        for lot in state.lots() {
            let spent: Money = state.allocations().filter(|a| a.lot == lot.lot).map(|a| a.amount).sum();
            let refunds = state.refunds().filter(|r| r.lot() == Some(lot.lot) && r.stage != RefundStage::Failed);
            let gone = spent.fold(refunds.map(|r| r.amount).sum()).fold(lot.moved);
            assert!(!lot.rest.is_negative() && !lot.received.is_negative());
            assert_eq!(lot.received, lot.rest.fold(gone), "nothing of a lot is lost or spent twice");
            let book = self.sum(|line| line.book == Book::Credit && line.lot == Some(lot.lot));
            assert_eq!(book.negated(), lot.rest, "credit is the unspent lots");
        }
        for a in state.allocations() {
            let (lot, charge) = (state.lot(a.lot).unwrap(), state.charge(a.charge).unwrap());
            assert!(charge.is_payable_by(lot.holder) && lot.fund.purse() == charge.booking.fund.purse());
        }
    }

    fn check_payments(&self) {
        let mut suspense: BTreeMap<ChannelAccountId, Money> = BTreeMap::new();
        for payment in &self.payments {
            let state = self.story.draft().payment(*payment);
            assert!(!state.suspense().is_negative(), "suspense is never negative");
            let channel = state.received().unwrap().channel_account;
            let sum = suspense.entry(channel).or_default();
            *sum = sum.fold(state.suspense());
            let lots: Money = state
                .lots()
                .iter()
                .map(|(account, lot)| self.state(*account).lot(*lot).map_or(Money::ZERO, |lot| lot.received))
                .sum();
            let live = state.receipts().iter().filter(|r| r.live);
            let receipted: Money = live.flat_map(|r| r.lines.iter().map(|line| line.amount)).sum();
            assert_eq!(receipted, lots, "receipts say what the money did");
        }
        let live =
            self.payments.iter().map(|payment| self.story.draft().payment(*payment)).filter(|p| !p.is_reversed());
        let references = live.filter_map(|state| state.received().map(|r| (r.channel_account, r.reference.clone())));
        let references: Vec<_> = references.collect();
        let distinct: BTreeSet<_> = references.iter().collect();
        assert_eq!(distinct.len(), references.len(), "a reference is of one payment that is not reversed");
        for (channel, amount) in suspense {
            let book = self.sum(|line| line.book == Book::Suspense && line.channel_account == Some(channel));
            assert_eq!(book.negated(), amount, "suspense is what no account has");
        }
        let distinct: BTreeSet<&String> = self.numbers.iter().collect();
        assert_eq!(distinct.len(), self.numbers.len(), "a receipt number is used once");
    }
}

/// One of three lines of a statement, which come again and again.
fn bank_line(w: &Wish) -> RecordBankLine {
    RecordBankLine {
        channel: bank(),
        reference: format!("LINE-{}", w.a % 3).parse().unwrap(),
        amount: Money::from_fen(w.fen),
        booked_on: "2026-01-01".parse().unwrap(),
        payer: None,
        payer_account: None,
        remark: None,
        named_units: Vec::new(),
        named_orders: Vec::new(),
    }
}

/// Tax of what is owed, computed anew; pass-through, deposits and fund demands carry none.
fn tax_in(charge: &Charge) -> Money {
    let owed = charge.owed.decimal();
    let net = charge.vat_rate.map_or(owed, |rate| owed / (rust_decimal::Decimal::ONE + rate.decimal()));
    let net = Money::round(net, crate::money::RoundTo::Fen).unwrap();
    charge.owed.minus(net).unwrap()
}

fn spec(w: &Wish) -> ChargeSpec {
    let at = w.b % 5;
    let fund = FUNDS[at];
    let base = month(&format!("2026-{:02}", 1 + w.a % 4), &Money::from_fen(w.fen).to_string());
    let base = ChargeSpec {
        obligor: if w.a.is_multiple_of(7) { party(3) } else { party(w.account) },
        agreed_payer: (w.a.is_multiple_of(5)).then(|| party(3)),
        source: w.flag.then(|| Source::OneOff { bill_line: BillLineId(uuid(1)) }),
        recognised: w.a.is_multiple_of(2),
        ..base
    };
    let number = u128::try_from(at).unwrap_or_default();
    match fund {
        Fund::Operating | Fund::OwnersIncome => ChargeSpec { fund, fee_item: item(number), ..base },
        Fund::PassThrough | Fund::Deposit | Fund::MaintenanceFund => of_fund(fund, item(number), base),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn books_and_folds_agree_after_any_commands(wishes in prop::collection::vec(wish(), 1..60)) {
        let mut books = books();
        for wish in &wishes {
            books.act(wish);
            books.check();
        }
        crate::figures::fixture::check(&books.events);
        crate::figures::fixture::check_seals(&books.events);
    }
}

/// Guards the property above against a generator whose wishes are all refused.
#[test]
fn enough_random_wishes_are_granted() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut books = books();
    let wishes = prop::collection::vec(wish(), 400).new_tree(&mut runner).unwrap().current();
    wishes.iter().for_each(|wish| books.act(wish));
    books.check();
    assert!(books.accepted > 120, "only {} of 400 were granted", books.accepted);
}
