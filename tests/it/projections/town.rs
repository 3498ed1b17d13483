//! A community's log made up at random: every fact follows from those before it, so it could have been decided.

mod deposits;
mod dunning;
mod funds;
mod late_fees;
mod meters;
mod old_books;
mod orders;
mod owners;
mod pools;
mod prices;
mod refunds;
mod takings;
mod work;

use chrono::{DateTime, Duration, Utc};
use mingzhang_domain::account::{
    AccountOpened, Booking, ChargePaid, ChargePaymentUndone, ChargePosted, ChargeRecovered, ChargeReversed,
    ChargeWaived, ChargeWrittenOff, CreditReceived, Mode, Part, RecoveryReason, Source, UndoReason,
};
use mingzhang_domain::approval::Approved;
use mingzhang_domain::book::{Fund, Purse, VatCategory};
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::envelope::{Actor, ActorKind, Recorded};
use mingzhang_domain::fee_item::{FeeItemCreated, Vat};
use mingzhang_domain::id::{
    AccountId, AllocationId, BillLineId, BooksId, ChannelAccountId, ChargeId, CommandId, EventId, FeeItemId, LedgerId,
    LotId, PartyId, PaymentId, ReceiptId, ReceiptSeriesId, RefundId, UnitId,
};
use mingzhang_domain::money::Money;
use mingzhang_domain::party::{PartyFormed, PartyKind};
use mingzhang_domain::payment::{PaymentIdentified, PaymentReceived, ReceiptIssued, ReceiptLine, Series};
use mingzhang_domain::stream::{Event, StreamRef};
use mingzhang_domain::unit::{UnitAreaSet, UnitKind, UnitOwnerSet, UnitRegistered, UnitStatus, UnitStatusSet};
use mingzhang_domain::value::{Count, Exact};
use std::collections::HashMap;
use uuid::Uuid;

/// A log and what is needed to go on with it.
pub(crate) struct Town {
    ledger_id: LedgerId,
    state: u64,
    pub(crate) events: Vec<Recorded>,
    versions: HashMap<StreamRef, u64>,
    today: CivilDate,
    homes: Vec<Home>,
    items: Vec<(FeeItemId, Fund)>,
    charges: Vec<Charge>,
    lots: Vec<Lot>,
    refunds: Vec<(AccountId, RefundId, LotId, Money)>,
    meters: Vec<meters::Counter>,
    paid: Vec<(AccountId, ChargePaid)>,
    receipts: u32,
    /// Where the present command began: what happens at a time is one.
    command: u64,
}

struct Home {
    unit: UnitId,
    account: AccountId,
    owner: PartyId,
}

struct Charge {
    charge: ChargeId,
    booking: Booking,
    open: Money,
    given_up: Money,
}

#[derive(Clone)]
struct Lot {
    account: AccountId,
    lot: LotId,
    /// Out of the old books: none.
    payment: Option<PaymentId>,
    holder: PartyId,
    unspent: Money,
    value_on: CivilDate,
}

const CHANNEL: u128 = 0xcafe;

impl Town {
    /// A community with units, owners and fee items; the same number gives the same town.
    pub(crate) fn new(number: u64, units: usize) -> Self {
        let ledger_id = LedgerId(Uuid::from_u128(0x1ed6_e700 + u128::from(number)));
        let mut town = Self {
            ledger_id,
            state: number,
            events: Vec::new(),
            versions: HashMap::new(),
            today: "2026-01-01".parse().unwrap(),
            homes: Vec::new(),
            items: Vec::new(),
            charges: Vec::new(),
            lots: Vec::new(),
            refunds: Vec::new(),
            meters: Vec::new(),
            paid: Vec::new(),
            receipts: 0,
            command: 1,
        };
        for (name, fund) in funds::ITEMS {
            let item = FeeItemId(town.id());
            let vat = Vat::of(VatCategory::NotTaxable, None);
            let created = FeeItemCreated { name: name.parse().unwrap(), fund, priority: Count(1), vat };
            town.push(item.into(), created.into());
            town.items.push((item, fund));
        }
        (0..units).for_each(|index| town.settle(index));
        town
    }

    /// The account of the n-th unit.
    pub(crate) fn account(&self, index: usize) -> AccountId {
        self.homes[index].account
    }

    pub(crate) fn ledger(&self) -> LedgerId {
        self.ledger_id
    }

    /// Lets things happen.
    pub(crate) fn live(&mut self, facts: usize) -> &mut Self {
        let until = self.events.len() + facts;
        while self.events.len() < until {
            self.command = self.events.len() as u64 + 1;
            match self.below(32) {
                0..=6 => self.charge(),
                7..=11 => self.pay(),
                12 => self.waive(),
                13 => self.undo(),
                14 => self.reverse(),
                15 => self.refund(),
                16 => self.end_refund(),
                17 => self.work_order(),
                18 => self.draw_down(),
                19 => self.write_off(),
                20 => self.press(),
                21 => self.open_books(),
                22 => self.remember(),
                23 => self.late_fee(),
                24 => self.transfer(),
                25 => self.price(),
                26 => self.share(),
                27 => self.meter(),
                28 => self.deposit(),
                29 => self.fund(),
                30 => self.stay(),
                _ => self.pass(),
            }
        }
        self
    }

    fn pass(&mut self) {
        let period = self.today.month();
        self.today = self.today.plus_days(3);
        if self.today.month() != period {
            let closed = mingzhang_domain::books::PeriodClosed { period, version: Count(1) };
            self.push(BooksId::of_ledger(self.ledger_id).into(), closed.into());
        }
    }

    fn settle(&mut self, index: usize) {
        let (unit, owner) = (UnitId(self.id()), PartyId(self.id()));
        let account = AccountId::of_unit(unit);
        let formed = PartyFormed {
            kind: PartyKind::Developer,
            members: vec![],
            contact: None,
            name: Some("开发商".parse().unwrap()),
        };
        self.push(owner.into(), formed.into());
        let registered = UnitRegistered {
            code: format!("{}-1-{index}", 1 + index % 3).parse().unwrap(),
            kind: UnitKind::Residence,
            building: (!index.is_multiple_of(5)).then(|| format!("{}栋", 1 + index % 3).parse().unwrap()),
            entrance: None,
            floor: None,
            account,
            developer: Some(owner),
        };
        self.push(unit.into(), registered.into());
        self.push(account.into(), AccountOpened { unit }.into());
        let from = self.today;
        let area: Exact = format!("{}.5", 60 + index).parse().unwrap();
        self.push(unit.into(), UnitAreaSet { from, building_area_sqm: area, inner_area_sqm: None }.into());
        self.push(unit.into(), UnitStatusSet { from, status: UnitStatus::HandedOver }.into());
        self.push(unit.into(), UnitOwnerSet { from, party: owner }.into());
        self.homes.push(Home { unit, account, owner });
    }

    fn charge(&mut self) {
        let home = self.below(self.homes.len());
        let (account, obligor) = (self.homes[home].account, self.homes[home].owner);
        let which = self.below(self.items.len());
        let (item, amount) = (self.items[which], self.money());
        self.charge_for(account, obligor, item, amount);
    }

    fn charge_for(&mut self, account: AccountId, obligor: PartyId, item: (FeeItemId, Fund), amount: Money) {
        self.charge_as(account, obligor, item, amount, None);
    }

    fn charge_as(
        &mut self,
        account: AccountId,
        obligor: PartyId,
        (fee_item, fund): (FeeItemId, Fund),
        amount: Money,
        source: Option<Source>,
    ) {
        let charge = ChargeId(self.id());
        let period = self.today.month();
        let (recognised, tax_due, opening, part) = (false, false, false, None);
        let booking = Booking { account, fee_item, fund, obligor, period, recognised, tax_due, opening, part };
        let posted = ChargePosted {
            charge,
            bill_line: BillLineId(self.id()),
            run: None,
            booking: booking.clone(),
            source,
            service: DateRange::of_month(period),
            due_on: self.today.plus_days(15),
            agreed_payer: None,
            priority: Count(1),
            tariff: None,
            inputs: vec![],
            formula: None,
            whole: None,
            share: None,
            round_to: None,
            metered: None,
            gross: amount,
            discounts: vec![],
            amount,
            vat: takings::untaxed(amount),
        };
        self.push(account.into(), posted.into());
        self.charges.push(Charge { charge, booking, open: amount, given_up: Money::ZERO });
    }

    fn pay(&mut self) {
        let home = self.below(self.homes.len());
        let (account, holder) = (self.homes[home].account, self.homes[home].owner);
        let (payment, lot, amount, value_on) = (PaymentId(self.id()), LotId(self.id()), self.money(), self.today);
        let channel_account = ChannelAccountId(Uuid::from_u128(CHANNEL));
        let received = PaymentReceived {
            channel_account,
            channel: ChannelKind::Bank,
            purse: Purse::Company,
            seen: vec![],
            reference: format!("B{}", self.events.len()).parse().unwrap(),
            amount,
            value_on,
            shift: None,
            slip: None,
            payer: None,
            payer_account: None,
            remark: None,
            named_units: self.homes.get(home.wrapping_sub(1)).map(|home| home.unit).into_iter().collect(),
            named_orders: Vec::new(),
            method: None,
            tendered: None,
            change: None,
            rounding: None,
        };
        self.push(payment.into(), received.into());
        if self.below(8) == 0 {
            return;
        }
        self.push(payment.into(), PaymentIdentified { account, lot, amount, approved: None, seen: vec![] }.into());
        let received = CreditReceived {
            account,
            channel_account,
            lot,
            payment,
            amount,
            holder,
            fund: Fund::Operating,
            earmark: None,
            held_back: self.events.len().is_multiple_of(6),
            value_on,
        };
        self.push(account.into(), received.into());
        self.lots.push(Lot { account, lot, payment: Some(payment), holder, unspent: amount, value_on });
        self.spend(self.lots.len() - 1, Mode::Direct);
        self.receipt(payment, holder, account, amount);
    }

    fn receipt(&mut self, payment: PaymentId, obligor: PartyId, account: AccountId, amount: Money) {
        self.receipts += 1;
        let line = ReceiptLine {
            account: Some(account),
            fee_item: None,
            fund: Fund::Operating,
            service: None,
            part: None,
            amount,
        };
        let issued = ReceiptIssued {
            receipt: ReceiptId(self.id()),
            series: Series::Fees,
            series_stream: ReceiptSeriesId::of_year(self.ledger_id, "fees", 2026),
            number: format!("TWN-FEES2026-{:06}", self.receipts).parse().unwrap(),
            obligor,
            issued_on: self.today,
            amount,
            lines: vec![line],
            replaces: None,
        };
        self.push(payment.into(), issued.into());
    }

    fn draw_down(&mut self) {
        if !self.lots.is_empty() {
            let lot = self.below(self.lots.len());
            self.spend(lot, Mode::DrawDown);
        }
    }

    /// Spends a lot on the open charges of its account, oldest first.
    fn spend(&mut self, lot: usize, mode: Mode) {
        for charge in 0..self.charges.len() {
            let lot = &self.lots[lot];
            let Charge { booking, open, .. } = &self.charges[charge];
            let (account, amount) = (booking.account, lot.unspent.min(*open));
            let owes = account == lot.account && booking.obligor == lot.holder;
            let held = matches!(booking.fund, Fund::Deposit | Fund::MaintenanceFund);
            if !owes || held || !amount.is_positive() {
                continue;
            }
            let (lot_id, holder, value_on) = (lot.lot, lot.holder, lot.value_on);
            let paid = ChargePaid {
                allocation: AllocationId(self.id()),
                lot: lot_id,
                charge: self.charges[charge].charge,
                part: Part::Principal,
                amount,
                holder,
                value_on,
                mode,
                vat: None,
                booking: self.charges[charge].booking.clone(),
            };
            self.push(account.into(), paid.clone().into());
            self.change(charge, lot_id, amount.negated());
            self.paid.push((account, paid));
        }
    }

    /// An amount goes from open and unspent, or comes back to both when it is negative.
    fn change(&mut self, charge: usize, lot: LotId, amount: Money) {
        let open = &mut self.charges[charge].open;
        *open = open.plus(amount).unwrap();
        let lot = self.lots.iter_mut().find(|have| have.lot == lot).unwrap();
        lot.unspent = lot.unspent.plus(amount).unwrap();
    }

    fn undo(&mut self) {
        if self.paid.is_empty() {
            return;
        }
        let index = self.below(self.paid.len());
        let (account, paid) = self.paid.swap_remove(index);
        self.undo_one(account, paid, UndoReason::Requested);
    }

    fn undo_one(&mut self, account: AccountId, paid: ChargePaid, reason: UndoReason) {
        let charge = self.charges.iter().position(|have| have.charge == paid.charge).unwrap();
        self.change(charge, paid.lot, paid.amount);
        let undone = ChargePaymentUndone {
            allocation: paid.allocation,
            lot: paid.lot,
            charge: paid.charge,
            part: paid.part,
            amount: paid.amount,
            holder: paid.holder,
            value_on: paid.value_on,
            mode: paid.mode,
            vat: paid.vat,
            booking: paid.booking,
            reason,
        };
        self.push(account.into(), undone.into());
    }

    fn waive(&mut self) {
        let Some(charge) = self.open_charge() else { return };
        let (amount, booking) = (self.charges[charge].open, self.charges[charge].booking.clone());
        let waived = ChargeWaived {
            charge: self.charges[charge].charge,
            amount,
            vat: takings::untaxed(amount),
            booking,
            reason: "漏水补偿".parse().unwrap(),
            approved: approved(),
            seen: vec![],
        };
        self.charges[charge].open = Money::ZERO;
        self.push(waived.booking.account.into(), waived.into());
    }

    /// Half of what is open is given up; now and then it comes back.
    pub(crate) fn write_off(&mut self) {
        let Some(index) = self.open_charge() else { return };
        let Charge { charge, ref booking, open, .. } = self.charges[index];
        if booking.fund == Fund::Operating {
            let (booking, amount) = (booking.clone(), Money::from_fen(open.fen() / 2 + 1));
            let (reason, approved) = ("无法联系".parse().unwrap(), approved());
            let account = booking.account;
            let given_up = ChargeWrittenOff { charge, amount, booking, reason, approved, seen: vec![] };
            self.push(account.into(), given_up.into());
            self.give_up(index, amount);
            if self.below(3) == 0 {
                self.recover(index, RecoveryReason::Paid);
            }
        }
    }

    /// What was given up is on the books again.
    fn recover(&mut self, index: usize, reason: RecoveryReason) {
        let Charge { charge, ref booking, given_up: amount, .. } = self.charges[index];
        if amount.is_positive() {
            let (booking, account) = (booking.clone(), booking.account);
            self.push(account.into(), ChargeRecovered { charge, amount, booking, reason }.into());
            self.give_up(index, amount.negated());
        }
    }

    fn give_up(&mut self, index: usize, amount: Money) {
        let charge = &mut self.charges[index];
        charge.open = charge.open.minus(amount).unwrap();
        charge.given_up = charge.given_up.plus(amount).unwrap();
    }

    fn reverse(&mut self) {
        if let Some(charge) = self.open_charge() {
            self.reverse_one(charge);
        }
    }

    /// Answers what of it was still owed.
    fn reverse_one(&mut self, charge: usize) -> Money {
        self.recover(charge, RecoveryReason::ChargeCorrected);
        let id = self.charges[charge].charge;
        let (reversed, kept) = std::mem::take(&mut self.paid).into_iter().partition(|(_, paid)| paid.charge == id);
        self.paid = kept;
        let all: Vec<(AccountId, ChargePaid)> = reversed;
        all.into_iter().for_each(|(account, paid)| self.undo_one(account, paid, UndoReason::ChargeCorrected));
        let (amount, booking) = (self.charges[charge].open, self.charges[charge].booking.clone());
        self.charges[charge].open = Money::ZERO;
        let reason = "重复计费".parse().unwrap();
        let vat = takings::untaxed(amount);
        let reversed = ChargeReversed { charge: id, amount, vat, booking, reason, approved: approved(), seen: vec![] };
        self.push(reversed.booking.account.into(), reversed.into());
        amount
    }

    fn open_charge(&mut self) -> Option<usize> {
        let open: Vec<usize> = (0..self.charges.len()).filter(|i| self.charges[*i].open.is_positive()).collect();
        (!open.is_empty()).then(|| open[self.below(open.len())])
    }

    pub(crate) fn push(&mut self, stream: StreamRef, event: Event) {
        let version = self.versions.entry(stream).or_default();
        *version += 1;
        let position = self.events.len() as u64 + 1;
        let command_id = CommandId(Uuid::from_u128(u128::from(self.command)));
        let start: DateTime<Utc> = "2026-01-01T04:00:00Z".parse().unwrap();
        let postings = event.postings(self.today).map(mingzhang_domain::posting::Postings::finish);
        self.events.push(Recorded {
            ledger_id: self.ledger_id,
            position,
            event_id: EventId::of_command(command_id, (position - self.command) as usize),
            stream,
            stream_version: *version,
            effective_on: self.today,
            recorded_at: start + Duration::seconds(position as i64),
            actor: Actor { kind: ActorKind::Staff, id: Uuid::from_u128(1) },
            command_id,
            correlation_id: command_id,
            causation_id: None,
            salt: [7; 16],
            event,
            postings,
        });
    }

    /// The next number of a fixed sequence (splitmix64).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }

    fn money(&mut self) -> Money {
        Money::from_fen(self.below(50_000) as i64 + 1)
    }
}

fn approved() -> Approved {
    Approved {
        requested_by: Uuid::from_u128(1),
        approved_by: Some(Uuid::from_u128(2)),
        approval: None,
        approved_by_limit: None,
    }
}
