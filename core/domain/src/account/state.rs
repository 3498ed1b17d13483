//! The fold of an `account` stream: its charges, lots of credit, allocations and refunds.
//!
//! Cheap to clone, because a draft clones what it writes: every entry is shared. No rule lives here; amounts were checked
//! when they were decided.

use super::billed::Billed;
use super::deposit::{Deposit, Forfeiture};
use super::event::{
    AccountEvent, ChargePaid, ChargePaymentUndone, ChargePosted, ChargesInvoiced, ChargesRedLettered, CreditReceived,
};
use super::late_fee::Lateness;
use super::lot::{Lot, LotOrigin};
use super::metered::Metered;
use super::refund::{Refund, RefundSource, RefundStage};
use super::terms::{Booking, Mode, Part, Source, VatSplit};
use crate::book::{Fund, VatCategory};
use crate::calendar::{CivilDate, DateRange};
use crate::draft::Fact;
use crate::id::{
    AllocationId, BillLineId, BillRunId, ChargeId, DepositId, FeeItemId, ForfeitureId, FundSpendId, InvoiceId, LotId,
    OpeningId, PartyId, RefundId, UnitId,
};
use crate::money::Money;
use crate::value::Exact;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A charge and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Its id.
    pub charge: ChargeId,
    /// The line it was billed with.
    pub bill_line: BillLineId,
    /// The run that billed it.
    pub run: Option<BillRunId>,
    /// How it stands on the books.
    pub booking: Booking,
    /// A debt, or a late fee that the old books had agreed or a court adjudged: that is a charge of its own.
    pub part: Part,
    /// The batch of openings that it came with, and which record of it.
    pub opening: Option<(OpeningId, u32)>,
    /// What it is charged for besides time.
    pub source: Option<Source>,
    /// Service time.
    pub service: DateRange,
    /// When it is due.
    pub due_on: CivilDate,
    /// A tenant who pays it by contract.
    pub agreed_payer: Option<PartyId>,
    /// Lower is paid first.
    pub priority: u32,
    /// How tax applies.
    pub vat_category: VatCategory,
    /// The rate; present exactly for `rated`.
    pub vat_rate: Option<Exact>,
    /// Accounting date: no allocation counts before it.
    pub effective_on: CivilDate,
    /// What it was computed from; none when no tariff says so.
    pub billed: Option<Arc<Billed>>,
    /// The readings and the usage that it is charged for.
    pub metered: Option<Arc<Metered>>,
    /// Before discounts.
    pub gross: Money,
    /// As posted.
    pub posted: Money,
    /// Owed: as posted, less reductions and waivers; zero when reversed.
    pub owed: Money,
    /// Forgiven of what was posted.
    pub waived: Money,
    /// Allocated to it.
    pub paid: Money,
    /// Of what is owed, given up on the books, less what was recovered.
    pub written_off: Money,
    /// The accounting date of the newest write-off.
    pub written_off_on: Option<CivilDate>,
    /// A mistake; its service time may be charged again.
    pub reversed: bool,
    /// What its late fee grows on, and what became of it.
    pub lateness: Lateness,
    /// The invoices that its principal stands on, or stood on.
    pub invoiced: Vec<Invoiced>,
}

/// What of a charge's principal stands on an invoice, or stood on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoiced {
    /// The invoice.
    pub invoice: InvoiceId,
    /// How much.
    pub amount: Money,
    /// The accounting date of it.
    pub on: CivilDate,
    /// That of its red letter.
    pub red_lettered_on: Option<CivilDate>,
}

impl Charge {
    /// What of it is unpaid and stands on the books.
    pub fn open(&self) -> Money {
        self.debt().fold(self.written_off.negated())
    }

    /// What of it is unpaid, on the books or written off: what its obligor still owes.
    pub fn debt(&self) -> Money {
        self.owed.fold(self.paid.negated())
    }

    /// True when credit of that party may pay it.
    pub fn is_payable_by(&self, party: PartyId) -> bool {
        self.booking.obligor == party || self.agreed_payer == Some(party)
    }
}

/// A part of a lot that pays a charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// Its id.
    pub allocation: AllocationId,
    /// The lot.
    pub lot: LotId,
    /// The charge.
    pub charge: ChargeId,
    /// Principal or late fee.
    pub part: Part,
    /// How much, less what was undone.
    pub amount: Money,
    /// Tax in a late fee; absent for principal.
    pub vat: Option<VatSplit>,
    /// With its payment, or later from credit.
    pub mode: Mode,
    /// Newest last.
    pub order: u32,
    /// Its accounting date.
    pub on: CivilDate,
}

/// The fold of an `account` stream.
#[derive(Debug, Clone, Default)]
pub struct AccountState {
    unit: Option<UnitId>,
    pub(super) charges: BTreeMap<ChargeId, Arc<Charge>>,
    pub(super) lots: BTreeMap<LotId, Arc<Lot>>,
    /// By deposit and who paid it.
    pub(super) deposits: BTreeMap<(DepositId, PartyId), Deposit>,
    pub(super) forfeitures: BTreeMap<ForfeitureId, Forfeiture>,
    /// What the unit's maintenance fund bore, by spend.
    pub(super) fund_spent: BTreeMap<FundSpendId, Money>,
    /// First day that the old books had not billed, by fee item, and the batch that says so.
    billed_until: BTreeMap<FeeItemId, (CivilDate, OpeningId)>,
    /// Live ones only.
    allocations: BTreeMap<AllocationId, Arc<Allocation>>,
    pub(super) refunds: BTreeMap<RefundId, Arc<Refund>>,
    counted: u32,
}

impl AccountState {
    /// The unit whose account it is; none when the account is not open.
    pub fn unit(&self) -> Option<UnitId> {
        self.unit
    }

    /// A charge by id.
    pub fn charge(&self, charge: ChargeId) -> Option<&Arc<Charge>> {
        self.charges.get(&charge)
    }

    /// All charges, reversed ones too.
    pub fn charges(&self) -> impl Iterator<Item = &Arc<Charge>> {
        self.charges.values()
    }

    /// A lot by id.
    pub fn lot(&self, lot: LotId) -> Option<&Arc<Lot>> {
        self.lots.get(&lot)
    }

    /// All lots, spent ones too.
    pub fn lots(&self) -> impl Iterator<Item = &Arc<Lot>> {
        self.lots.values()
    }

    /// The first day of a fee item that the old books had not billed, and the batch that says so.
    pub fn billed_until(&self, fee_item: FeeItemId) -> Option<(CivilDate, OpeningId)> {
        self.billed_until.get(&fee_item).copied()
    }

    /// A live allocation by id.
    pub fn allocation(&self, allocation: AllocationId) -> Option<&Arc<Allocation>> {
        self.allocations.get(&allocation)
    }

    /// All live allocations.
    pub fn allocations(&self) -> impl Iterator<Item = &Arc<Allocation>> {
        self.allocations.values()
    }

    /// Of charges and lots alone, for what rests on nothing else.
    pub fn of_parts(charges: impl IntoIterator<Item = Charge>, lots: impl IntoIterator<Item = Lot>) -> Self {
        Self {
            charges: charges.into_iter().map(|charge| (charge.charge, Arc::new(charge))).collect(),
            lots: lots.into_iter().map(|lot| (lot.lot, Arc::new(lot))).collect(),
            ..Self::default()
        }
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &AccountEvent, fact: &Fact<'_>) {
        let on = fact.effective_on;
        match event {
            AccountEvent::AccountOpened(e) => self.unit = Some(e.unit),
            AccountEvent::ChargePosted(e) => self.posted(e, fact.effective_on),
            AccountEvent::ChargeReduced(e) => self.owe(e.charge, e.amount.negated()),
            AccountEvent::ChargeWaived(e) => {
                self.waive(e.charge, e.amount);
                self.late(e.charge, |lateness| lateness.take(event, on));
            }
            AccountEvent::LateFeeWaived(e) => self.late(e.charge, |lateness| lateness.take(event, on)),
            AccountEvent::LateFeeAdjudged(e) => self.late(e.charge, |lateness| lateness.take(event, on)),
            AccountEvent::LateFeeAwardLifted(e) => self.late(e.charge, |lateness| lateness.take(event, on)),
            AccountEvent::ChargeReversed(e) => self.reverse(e.charge),
            AccountEvent::ChargeWrittenOff(e) => {
                self.write_off(e.charge, e.amount, Some(fact.effective_on));
                self.late(e.charge, |lateness| lateness.take(event, on));
            }
            AccountEvent::ChargeRecovered(e) => {
                self.write_off(e.charge, e.amount.negated(), None);
                self.late(e.charge, |lateness| lateness.take(event, on));
            }
            AccountEvent::CreditReceived(e) => self.credited(e, fact.effective_on),
            AccountEvent::CreditReleased(e) => {
                if let Some(lot) = self.lots.get_mut(&e.lot).map(Arc::make_mut) {
                    lot.held_back = false;
                }
            }
            AccountEvent::CreditWithdrawn(e) => {
                self.rest(e.lot, e.amount.negated());
                if let Some(lot) = self.lots.get_mut(&e.lot).map(Arc::make_mut) {
                    lot.received = lot.received.fold(e.amount.negated());
                }
                for charge in self.charges.values_mut().filter(|charge| charge.lateness.knew(e.lot)) {
                    Arc::make_mut(charge).lateness.forget(e.lot);
                }
            }
            AccountEvent::CreditMoved(e) => self.moved(e.lot, e.to_lot, e.amount, e.to),
            AccountEvent::ChargePaid(e) => {
                self.paid(e, fact.effective_on);
                self.late(e.charge, |lateness| lateness.take(event, on));
            }
            AccountEvent::ChargePaymentUndone(e) => {
                self.undone(e);
                self.late(e.charge, |lateness| lateness.take(event, on));
            }
            AccountEvent::RefundApproved(e) => self.refunding(Refund {
                refund: e.refund,
                source: RefundSource::Credit { lot: e.lot, value_on: e.value_on },
                amount: e.amount,
                holder: e.holder,
                payee: e.payee,
                fund: e.fund,
                effective_on: fact.effective_on,
                stage: RefundStage::InFlight,
            }),
            AccountEvent::RefundSettled(e) => self.stage(e.refund, RefundStage::Settled),
            AccountEvent::RefundFailed(e) => {
                self.rest(e.lot, e.amount);
                self.stage(e.refund, RefundStage::Failed);
            }
            AccountEvent::DepositReturned(e) => self.refunding(Refund {
                refund: e.refund,
                source: RefundSource::Deposit { deposit: e.deposit, fee_item: e.fee_item },
                amount: e.amount,
                holder: e.payer,
                payee: e.payee,
                fund: Fund::Deposit,
                effective_on: fact.effective_on,
                stage: RefundStage::InFlight,
            }),
            AccountEvent::DepositReturnFailed(e) => {
                self.hold((e.deposit, e.payer), e.amount);
                self.stage(e.refund, RefundStage::Failed);
            }
            AccountEvent::DepositForfeited(e) => self.forfeit(e),
            AccountEvent::ForfeitureReversed(e) => self.forfeiture_reversed(e),
            AccountEvent::FundSpent(e) => self.bear(e.spend, e.amount),
            AccountEvent::FundSpendReturned(e) => self.bear(e.spend, e.amount.negated()),
            AccountEvent::ChargesInvoiced(e) => self.invoiced(e, on),
            AccountEvent::ChargesRedLettered(e) => self.red_lettered(e, on),
            AccountEvent::OpeningChargePosted(e) => self.opening_charge(e, fact.effective_on),
            AccountEvent::OpeningChargeReversed(e) => self.reverse(e.charge),
            AccountEvent::OpeningCreditPosted(e) => self.opening_credit(e, fact.effective_on),
            AccountEvent::OpeningCreditReversed(e) => {
                self.rest(e.lot, e.amount.negated());
                if let Some(lot) = self.lots.get_mut(&e.lot).map(Arc::make_mut) {
                    lot.received = lot.received.fold(e.amount.negated());
                }
            }
            AccountEvent::OpeningDepositPosted(e) => self.opening_deposit(e),
            AccountEvent::OpeningDepositReversed(e) => {
                self.deposits.remove(&(e.deposit, e.payer));
            }
            AccountEvent::OpeningBilledUntilSet(e) => {
                self.billed_until.insert(e.fee_item, (e.until, e.opening));
            }
            AccountEvent::OpeningBilledUntilReversed(e) => {
                self.billed_until.remove(&e.fee_item);
            }
        }
    }

    fn reverse(&mut self, charge: ChargeId) {
        if let Some(charge) = self.charges.get_mut(&charge).map(Arc::make_mut) {
            (charge.owed, charge.reversed) = (Money::ZERO, true);
        }
    }

    fn posted(&mut self, e: &ChargePosted, effective_on: CivilDate) {
        let charge = Charge {
            charge: e.charge,
            bill_line: e.bill_line,
            run: e.run,
            booking: e.booking.clone(),
            part: e.booking.part.unwrap_or(Part::Principal),
            opening: None,
            source: e.source,
            service: e.service,
            due_on: e.due_on,
            agreed_payer: e.agreed_payer,
            priority: e.priority.0,
            vat_category: e.vat.category,
            vat_rate: e.vat.rate,
            effective_on,
            billed: Billed::of(e).map(Arc::new),
            metered: e.metered.as_deref().cloned().map(Arc::new),
            gross: e.gross,
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

    fn invoiced(&mut self, e: &ChargesInvoiced, on: CivilDate) {
        for of in &e.charges {
            if let Some(charge) = self.charges.get_mut(&of.charge).map(Arc::make_mut) {
                let (invoice, amount) = (e.invoice, of.amount);
                charge.invoiced.push(Invoiced { invoice, amount, on, red_lettered_on: None });
            }
        }
    }

    fn red_lettered(&mut self, e: &ChargesRedLettered, on: CivilDate) {
        for of in &e.charges {
            let charge = self.charges.get_mut(&of.charge).map(Arc::make_mut);
            for invoiced in charge.into_iter().flat_map(|charge| &mut charge.invoiced) {
                if invoiced.invoice == e.invoice {
                    invoiced.red_lettered_on = Some(on);
                }
            }
        }
    }

    fn credited(&mut self, e: &CreditReceived, effective_on: CivilDate) {
        let lot = Lot {
            lot: e.lot,
            origin: LotOrigin::Payment { payment: e.payment, channel_account: e.channel_account },
            holder: e.holder,
            fund: e.fund,
            earmark: e.earmark,
            held_back: e.held_back,
            value_on: e.value_on,
            effective_on,
            received: e.amount,
            rest: e.amount,
            moved: Money::ZERO,
            order: self.next(),
        };
        self.lots.insert(e.lot, Arc::new(lot));
    }

    fn moved(&mut self, from: LotId, to: LotId, amount: Money, holder: PartyId) {
        self.rest(from, amount.negated());
        let order = self.next();
        let Some(lot) = self.lots.get_mut(&from).map(Arc::make_mut) else { return };
        lot.moved = lot.moved.fold(amount);
        let new = Lot { lot: to, holder, received: amount, rest: amount, moved: Money::ZERO, order, ..lot.clone() };
        self.lots.insert(to, Arc::new(new));
    }

    fn owe(&mut self, charge: ChargeId, amount: Money) {
        if let Some(charge) = self.charges.get_mut(&charge).map(Arc::make_mut) {
            charge.owed = charge.owed.fold(amount);
        }
    }

    fn waive(&mut self, charge: ChargeId, amount: Money) {
        self.owe(charge, amount.negated());
        if let Some(charge) = self.charges.get_mut(&charge).map(Arc::make_mut) {
            charge.waived = charge.waived.fold(amount);
        }
    }

    fn write_off(&mut self, charge: ChargeId, amount: Money, on: Option<CivilDate>) {
        if let Some(charge) = self.charges.get_mut(&charge).map(Arc::make_mut) {
            charge.written_off = charge.written_off.fold(amount);
            charge.written_off_on = charge.written_off_on.max(on);
        }
    }

    fn late(&mut self, charge: ChargeId, change: impl FnOnce(&mut Lateness)) {
        if let Some(charge) = self.charges.get_mut(&charge).map(Arc::make_mut) {
            change(&mut charge.lateness);
        }
    }

    /// The same, if a lot had paid so much of a charge's principal.
    pub(super) fn with_paid(&self, (lot, charge): (LotId, ChargeId), amount: Money) -> Self {
        let mut state = self.clone();
        if let Some(value_on) = self.lot(lot).map(|lot| lot.value_on) {
            state.rest(lot, amount.negated());
            state.pay(charge, amount);
            state.late(charge, |lateness| lateness.pay(lot, value_on, amount));
        }
        state
    }

    fn pay(&mut self, charge: ChargeId, amount: Money) {
        if let Some(charge) = self.charges.get_mut(&charge).map(Arc::make_mut) {
            charge.paid = charge.paid.fold(amount);
        }
    }

    fn paid(&mut self, e: &ChargePaid, on: CivilDate) {
        self.rest(e.lot, e.amount.negated());
        if e.part == Part::Principal {
            self.pay(e.charge, e.amount);
            self.take(&e.booking, (e.charge, e.holder), e.amount);
        }
        let allocation = Allocation {
            allocation: e.allocation,
            lot: e.lot,
            charge: e.charge,
            part: e.part,
            amount: e.amount,
            vat: e.vat.clone(),
            mode: e.mode,
            order: self.next(),
            on,
        };
        self.allocations.insert(e.allocation, Arc::new(allocation));
    }

    pub(super) fn rest(&mut self, lot: LotId, amount: Money) {
        if let Some(lot) = self.lots.get_mut(&lot).map(Arc::make_mut) {
            lot.rest = lot.rest.fold(amount);
        }
    }

    fn undone(&mut self, e: &ChargePaymentUndone) {
        self.rest(e.lot, e.amount);
        if e.part == Part::Principal {
            self.pay(e.charge, e.amount.negated());
            self.take(&e.booking, (e.charge, e.holder), e.amount.negated());
        }
        if let Some(allocation) = self.allocations.get_mut(&e.allocation).map(Arc::make_mut) {
            allocation.amount = allocation.amount.fold(e.amount.negated());
            allocation.vat = allocation.vat.take().zip(e.vat.as_ref()).map(|(vat, back)| vat.less(back));
            if allocation.amount.is_zero() {
                self.allocations.remove(&e.allocation);
            }
        }
    }

    pub(super) fn next(&mut self) -> u32 {
        self.counted = self.counted.saturating_add(1);
        self.counted
    }
}
