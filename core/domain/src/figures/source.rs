//! What each event is to the figures. Every event of accounts and payments is matched by name, so that a new one must be
//! given its meaning here before anything builds.

use super::{Entry, KindOf, Of, Place, Register};
use crate::account::{AccountEvent, Booking, Mode, Part, UndoReason, lot_fund};
use crate::book::{Book, Fund};
use crate::calendar::CivilDate;
use crate::dunning::DunningEvent;
use crate::envelope::Recorded;
use crate::fee_item::FeeItemEvent;
use crate::id::{AccountId, ChargeId, FeeItemId, PartyId};
use crate::money::Money;
use crate::payment::PaymentEvent;
use crate::posting::Posting;
use crate::rule::figures::{Change, Fact, FactKind, Purpose, Way};
use crate::stream::Event;
use crate::taking::{TakingEvent, TakingOf, TakingRecorded, TakingReversed};
use crate::unit::{UnitEvent, UnitKind};
use std::collections::HashMap;

/// What an event says, one entry for each thing; charges are remembered for what names them alone.
pub(super) fn entries(event: &Recorded, entries: &mut Vec<Entry>, charges: &mut HashMap<ChargeId, Of>) {
    let mut source = Source { event, entries, charges };
    match &event.event {
        Event::Account(fact) => source.account(fact),
        Event::Payment(fact) => source.payment(fact),
        Event::Dunning(fact) => source.dunning(fact),
        Event::Taking(fact) => source.taking(fact),
        Event::Unit(_)
        | Event::FeeItem(_)
        | Event::Ledger(_)
        | Event::Administrator(_)
        | Event::Company(_)
        | Event::ChannelAccount(_)
        | Event::Staff(_)
        | Event::Person(_)
        | Event::Community(_)
        | Event::UnitCode(_)
        | Event::Party(_)
        | Event::Books(_)
        | Event::Reference(_)
        | Event::ReceiptSeries(_)
        | Event::Shift(_)
        | Event::ShiftClaim(_)
        | Event::PaymentOrder(_)
        | Event::OrderClaim(_)
        | Event::Invoice(_)
        | Event::InvoiceClaim(_)
        | Event::ChannelRefund(_)
        | Event::ChannelDay(_)
        | Event::ChannelSettlement(_)
        | Event::DayClose(_)
        | Event::BillRun(_)
        | Event::Pool(_)
        | Event::FundSpend(_)
        | Event::SupplierBill(_)
        | Event::Approval(_)
        | Event::Opening(_)
        | Event::Import(_)
        | Event::WorkOrder(_)
        | Event::Meter(_)
        | Event::MeterCode(_) => {}
    }
    event.postings.iter().flatten().for_each(|line| source.book(line));
}

impl Register {
    pub(super) fn take(&mut self, event: &Recorded) {
        match &event.event {
            Event::Unit(fact) => self.place(fact),
            Event::FeeItem(FeeItemEvent::FeeItemCreated(item)) => {
                self.fee_items.insert(FeeItemId(event.stream.id), item.name.clone());
            }
            _ => {}
        }
        entries(event, &mut self.entries, &mut self.charges);
    }

    fn place(&mut self, fact: &UnitEvent) {
        match fact {
            UnitEvent::UnitRegistered(unit) => {
                let building = unit.building.as_ref().map(ToString::to_string).unwrap_or_default();
                let building = self.building(building);
                let is_household = match unit.kind {
                    UnitKind::Residence | UnitKind::Shop => true,
                    UnitKind::Parking | UnitKind::Storage => false,
                };
                self.places.insert(unit.account, Place { building, is_household });
            }
            UnitEvent::UnitCodeChanged(_)
            | UnitEvent::MeterInstalled(_)
            | UnitEvent::UnitAreaSet(_)
            | UnitEvent::UnitAttributeSet(_)
            | UnitEvent::UnitPriceSet(_)
            | UnitEvent::DiscountGranted(_)
            | UnitEvent::DiscountEnded(_)
            | UnitEvent::VacancyApplied(_)
            | UnitEvent::VacancyInspected(_)
            | UnitEvent::VacancyDeclined(_)
            | UnitEvent::UnitStatusSet(_)
            | UnitEvent::UnitOwnerSet(_)
            | UnitEvent::UnitTransferred(_)
            | UnitEvent::UnitTenancySet(_)
            | UnitEvent::FeeItemAttached(_)
            | UnitEvent::FeeItemDetached(_) => {}
        }
    }

    /// The place of a building among all; there are few.
    pub(super) fn building(&mut self, name: String) -> usize {
        let known = self.buildings.iter().position(|building| *building == name);
        known.unwrap_or_else(|| {
            self.buildings.push(name);
            self.buildings.len() - 1
        })
    }
}

impl Of {
    fn booking(booking: &Booking) -> Self {
        Self { account: Some(booking.account), fee_item: Some(booking.fee_item), fund: Some(booking.fund) }
    }

    fn taking(of: &TakingOf) -> Self {
        Self { account: Some(of.account), fee_item: Some(of.fee_item), fund: Some(of.fund) }
    }

    fn lot(account: AccountId, fund: Fund) -> Self {
        Self { account: Some(account), fee_item: None, fund: Some(fund) }
    }

    /// Credit of a holder on this account, of this fund.
    fn credit(self, holder: PartyId, way: Way) -> KindOf {
        FactKind::Credit((self.account, Some(holder), self.fund), way)
    }
}

/// The fields that an allocation and its undoing have.
struct Spent {
    charge: ChargeId,
    part: Part,
    mode: Mode,
    holder: PartyId,
}

struct Source<'a> {
    event: &'a Recorded,
    entries: &'a mut Vec<Entry>,
    charges: &'a mut HashMap<ChargeId, Of>,
}

impl Source<'_> {
    fn push(&mut self, of: Of, amount: Money, kind: KindOf) {
        let fact = Fact { effective_on: self.event.effective_on, amount, kind };
        self.entries.push(Entry { of, fact });
    }

    fn account(&mut self, fact: &AccountEvent) {
        match fact {
            // A late fee is no principal.
            AccountEvent::AccountOpened(_)
            | AccountEvent::CreditReleased(_)
            | AccountEvent::LateFeeWaived(_)
            | AccountEvent::LateFeeAdjudged(_)
            | AccountEvent::LateFeeAwardLifted(_) => {}
            // From one holder to another of the same account.
            AccountEvent::CreditMoved(e) => {
                let of = Of::lot(e.account, e.fund);
                self.push(of, e.amount, of.credit(e.from, Way::Takes));
                self.push(of, e.amount, of.credit(e.to, Way::Adds));
            }
            AccountEvent::ChargePosted(e) => {
                let receivable = match e.booking.fund {
                    Fund::Operating | Fund::PassThrough | Fund::OwnersIncome => true,
                    Fund::Deposit | Fund::MaintenanceFund => false,
                };
                let (account, period) = (e.booking.account, e.booking.period);
                let kind = FactKind::Charged { charge: e.charge, account, period, due_on: e.due_on, receivable };
                let of = Of::booking(&e.booking);
                self.charges.insert(e.charge, of);
                self.push(of, e.amount, kind);
            }
            // What is owed from before is arrears of the month before the community went live, a late fee as well.
            AccountEvent::OpeningChargePosted(e) => {
                let (account, period) = (e.booking.account, e.booking.period);
                let kind = FactKind::Charged { charge: e.charge, account, period, due_on: e.due_on, receivable: true };
                let of = Of::booking(&e.booking);
                self.charges.insert(e.charge, of);
                self.push(of, e.amount, kind);
            }
            AccountEvent::OpeningChargeReversed(e) => self.changed(&e.booking, e.charge, Change::Reversed, e.amount),
            // Credit that nobody received here.
            AccountEvent::OpeningCreditPosted(e) => {
                let of = Of::lot(e.account, e.fund);
                self.push(of, e.amount, of.credit(e.holder, Way::Adds));
            }
            AccountEvent::OpeningCreditReversed(e) => {
                let of = Of::lot(e.account, e.fund);
                self.push(of, e.amount, of.credit(e.holder, Way::Takes));
            }
            // Deposits are in no figure until they pay or leave; what was billed elsewhere is none.
            AccountEvent::OpeningDepositPosted(_)
            | AccountEvent::OpeningDepositReversed(_)
            | AccountEvent::OpeningBilledUntilSet(_)
            | AccountEvent::ChargesInvoiced(_)
            | AccountEvent::ChargesRedLettered(_)
            | AccountEvent::OpeningBilledUntilReversed(_)
            | AccountEvent::DepositReturned(_)
            | AccountEvent::DepositReturnFailed(_)
            | AccountEvent::DepositForfeited(_)
            | AccountEvent::ForfeitureReversed(_)
            | AccountEvent::FundSpent(_)
            | AccountEvent::FundSpendReturned(_) => {}
            AccountEvent::ChargeReduced(e) => self.changed(&e.booking, e.charge, Change::Reduced, e.amount),
            AccountEvent::ChargeWaived(e) => self.changed(&e.booking, e.charge, Change::Waived, e.amount),
            AccountEvent::ChargeReversed(e) => self.changed(&e.booking, e.charge, Change::Reversed, e.amount),
            AccountEvent::ChargeWrittenOff(e) => self.changed(&e.booking, e.charge, Change::WrittenOff, e.amount),
            AccountEvent::ChargeRecovered(e) => self.changed(&e.booking, e.charge, Change::Recovered, e.amount),
            AccountEvent::CreditReceived(e) => {
                let of = Of::lot(e.account, e.fund);
                self.push(Of::default(), e.amount, FactKind::Suspense(Way::Takes));
                self.push(of, e.amount, FactKind::Identified(Way::Adds));
                self.push(of, e.amount, of.credit(e.holder, Way::Adds));
            }
            AccountEvent::CreditWithdrawn(e) => {
                let of = Of::lot(e.account, e.fund);
                self.push(Of::default(), e.amount, FactKind::Suspense(Way::Adds));
                self.push(of, e.amount, FactKind::Identified(Way::Takes));
                self.push(of, e.amount, of.credit(e.holder, Way::Takes));
            }
            AccountEvent::ChargePaid(e) => {
                let spent = Spent { charge: e.charge, part: e.part, mode: e.mode, holder: e.holder };
                let change = Change::Allocated(e.mode);
                self.spent(&e.booking, spent, (change, Way::Adds), e.amount, e.value_on);
            }
            AccountEvent::ChargePaymentUndone(e) => {
                let change = match e.reason {
                    UndoReason::Refunded => Change::AllocationRefunded(e.mode),
                    UndoReason::Requested
                    | UndoReason::ChargeCorrected
                    | UndoReason::PaymentReversed
                    | UndoReason::LateFeeLowered => Change::AllocationUndone(e.mode),
                };
                let spent = Spent { charge: e.charge, part: e.part, mode: e.mode, holder: e.holder };
                self.spent(&e.booking, spent, (change, Way::Takes), e.amount, e.value_on);
            }
            AccountEvent::RefundApproved(e) => {
                let of = Of::lot(e.account, e.fund);
                self.push(of, e.amount, of.credit(e.holder, Way::Takes));
            }
            AccountEvent::RefundFailed(e) => {
                let of = Of::lot(e.account, e.fund);
                self.push(of, e.amount, of.credit(e.holder, Way::Adds));
            }
            AccountEvent::RefundSettled(e) => {
                self.push(Of::lot(e.account, e.fund), e.amount, FactKind::RefundSettled);
            }
        }
    }

    fn payment(&mut self, fact: &PaymentEvent) {
        let (amount, way) = match fact {
            PaymentEvent::PaymentReceived(e) => (e.amount, Way::Adds),
            PaymentEvent::PaymentReversed(e) => (e.amount, Way::Takes),
            PaymentEvent::PaymentBounced(e) => (e.amount, Way::Takes),
            PaymentEvent::BankLineSetAside(e) => (e.amount, Way::Takes),
            PaymentEvent::BankLineTakenUp(e) => (e.amount, Way::Adds),
            PaymentEvent::SuspenseReturned(e) => (e.amount, Way::Takes),
            // The account's own event says the same with the account.
            PaymentEvent::PaymentIdentified(_)
            | PaymentEvent::PaymentUnidentified(_)
            | PaymentEvent::BankLineMatched(_)
            | PaymentEvent::BankLineOrderMatched(_)
            | PaymentEvent::BankMatchUndone(_)
            | PaymentEvent::ReceiptIssued(_)
            | PaymentEvent::ReceiptPrinted(_)
            | PaymentEvent::ReceiptReversed(_) => return,
        };
        self.push(Of::default(), amount, FactKind::Suspense(way));
    }

    /// Charge, payment and allocation at once: neither suspense nor credit ever holds the money.
    fn taking(&mut self, fact: &TakingEvent) {
        let on = self.event.effective_on;
        match fact {
            TakingEvent::TakingRecorded(TakingRecorded { of: e, .. }) => {
                let (account, period) = (e.account, e.period);
                let charged = FactKind::Charged { charge: e.charge, account, period, due_on: on, receivable: true };
                self.push(Of::taking(e), e.amount, charged);
                self.push(Of { fee_item: None, ..Of::taking(e) }, e.amount, FactKind::Identified(Way::Adds));
                self.took(e, Change::Allocated(Mode::Direct));
            }
            TakingEvent::TakingReversed(TakingReversed { of: e, .. }) => {
                self.took(e, Change::AllocationUndone(Mode::Direct));
                self.push(Of { fee_item: None, ..Of::taking(e) }, e.amount, FactKind::Identified(Way::Takes));
                self.took(e, Change::Reversed);
            }
        }
    }

    fn took(&mut self, of: &TakingOf, change: Change) {
        let value_on = self.event.effective_on;
        self.push(Of::taking(of), of.amount, FactKind::Changed { charge: of.charge, change, value_on });
    }

    fn dunning(&mut self, fact: &DunningEvent) {
        match fact {
            DunningEvent::FormalDemandDelivered(e) => {
                e.charges.iter().for_each(|charge| self.interrupted(*charge, e.delivered_on));
            }
            DunningEvent::PaymentPromised(e) => {
                let on = self.event.effective_on;
                e.claims.iter().for_each(|claim| self.interrupted(claim.charge, on));
            }
            DunningEvent::ReminderSent(_)
            | DunningEvent::ReminderSkipped(_)
            | DunningEvent::FormalDemandSent(_)
            | DunningEvent::DisputeRaised(_)
            | DunningEvent::DisputeSettled(_)
            | DunningEvent::DunningStopped(_)
            | DunningEvent::DunningResumed(_) => {}
        }
    }

    fn interrupted(&mut self, charge: ChargeId, on: CivilDate) {
        let of = self.charges.get(&charge).copied().unwrap_or_default();
        self.push(of, Money::ZERO, FactKind::Interrupted { charge, on });
    }

    fn changed(&mut self, booking: &Booking, charge: ChargeId, change: Change, amount: Money) {
        let value_on = self.event.effective_on;
        self.push(Of::booking(booking), amount, FactKind::Changed { charge, change, value_on });
    }

    /// Credit went to a charge, or came back from it.
    fn spent(
        &mut self,
        booking: &Booking,
        spent: Spent,
        (change, way): (Change, Way),
        amount: Money,
        value_on: CivilDate,
    ) {
        let Spent { charge, part, mode, holder } = spent;
        let of = Of::booking(booking);
        let lot = Of::lot(booking.account, lot_fund(booking.fund));
        let back = match way {
            Way::Adds => Way::Takes,
            Way::Takes => Way::Adds,
        };
        self.push(lot, amount, lot.credit(holder, back));
        let kind = match (part, mode) {
            (Part::Principal, _) => FactKind::Changed { charge, change, value_on },
            (Part::LateFee, Mode::Direct) => FactKind::Spent(Purpose::LateFee, way),
            // Paid with money of before.
            (Part::LateFee, Mode::DrawDown) => return,
        };
        self.push(of, amount, kind);
        if mode == Mode::Direct && lot.fund != of.fund {
            // Money identified for one fund was received for another.
            self.push(lot, amount, FactKind::Identified(back));
            self.push(Of { fee_item: None, ..of }, amount, FactKind::Identified(way));
        }
    }

    /// The same from the postings, for the identity.
    fn book(&mut self, line: &Posting) {
        let (way, amount) =
            if line.amount.is_negative() { (Way::Takes, line.amount.negated()) } else { (Way::Adds, line.amount) };
        let of = Of { account: line.account, fee_item: line.fee_item, fund: line.fund };
        match (line.book, line.charge) {
            (Book::Receivable | Book::PassThroughReceivable, Some(charge)) => {
                self.push(of, amount, FactKind::Booked { charge, way });
            }
            (Book::Credit, _) => {
                let way = if way == Way::Adds { Way::Takes } else { Way::Adds };
                self.push(of, amount, FactKind::CreditBooked((of.account, line.party, of.fund), way));
            }
            // The other books are no part of the identity.
            _ => {}
        }
    }
}
