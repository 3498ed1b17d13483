//! What the demo must know of a community to go on: what is open and what is credit, as its own events say.
//!
//! Filled once from the log when a load is taken up again, then from the answers of the lane.

use super::DemoError;
use mingzhang_domain::account::{AccountEvent, Part};
use mingzhang_domain::bill_run::BillRunEvent;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, BillRunId, ChargeId, LedgerId, LotId, PartyId};
use mingzhang_domain::ledger::LedgerEvent;
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Count;
use mingzhang_store::lane::Accepted;
use mingzhang_store::log;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Events read at a time.
const CHUNK: u32 = 5_000;

/// The state of a community's load.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Everything up to here was folded from the log; its commands answer with events that are known already.
    known: u64,
    open: HashMap<AccountId, BTreeMap<ChargeId, Money>>,
    /// What was open when the last bill run was over: what its month's payers look at, in every run alike.
    billed: HashMap<AccountId, Money>,
    started: HashSet<BillRunId>,
    completed: HashSet<BillRunId>,
    handed_over: bool,
    /// Every lot of an account, and whose it began as.
    lots: HashMap<AccountId, Vec<(LotId, PartyId)>>,
    /// Whose charges an account had first.
    obligors: HashMap<AccountId, PartyId>,
    /// The first demand of a deposit of an account, and who owes it.
    deposits: HashMap<AccountId, (ChargeId, PartyId)>,
    /// Demands that are paid by name only: nobody's dues.
    demands: HashSet<ChargeId>,
    /// Accounts with charges that were posted before their month began.
    ahead: HashMap<Month, BTreeSet<AccountId>>,
    /// Accounts with charges whose tax waits for what is received.
    taxed_by_receipt: BTreeSet<AccountId>,
    /// The newest event.
    seen_until: u64,
}

impl Tally {
    /// What a ledger says so far.
    pub(super) async fn read(conn: &mut PgConnection, ledger: LedgerId) -> Result<Self, DemoError> {
        let mut tally = Self::default();
        loop {
            let events = log::read_after(conn, ledger, tally.known, CHUNK).await?;
            let Some(last) = events.last() else { return Ok(tally) };
            let last = last.position;
            for event in &events {
                tally.fold(&Recorded::from_body(&event.body).map_err(DemoError::Body)?);
            }
            tally.known = last;
        }
    }

    /// Notes what a command did, unless it was known.
    pub(super) fn note(&mut self, accepted: &Accepted) {
        if accepted.first_position > self.known {
            accepted.events.iter().for_each(|event| self.fold(event));
        }
    }

    /// What was open on accounts when the last bill run was over.
    pub(super) fn billed(&self, accounts: &[AccountId]) -> Money {
        accounts.iter().filter_map(|account| self.billed.get(account)).fold(Money::ZERO, |sum, open| sum.fold(*open))
    }

    /// A charge of an account that is open, and how much of it: the first by id, which is as good as any.
    pub(super) fn some_open(&self, account: AccountId) -> Option<(ChargeId, Money)> {
        self.open.get(&account)?.iter().next().map(|(charge, open)| (*charge, *open))
    }

    /// Every lot of an account that somebody has had.
    pub(super) fn lots_of(&self, account: AccountId, holder: PartyId) -> impl Iterator<Item = LotId> {
        let lots = self.lots.get(&account).into_iter().flatten();
        lots.filter(move |(_, of)| *of == holder).map(|(lot, _)| *lot)
    }

    /// Who owed what an account was charged first.
    pub(super) fn obligor(&self, account: AccountId) -> Option<PartyId> {
        self.obligors.get(&account).copied()
    }

    /// The first demand of a deposit of an account, and who owes it.
    pub(super) fn deposit(&self, account: AccountId) -> Option<(ChargeId, PartyId)> {
        self.deposits.get(&account).copied()
    }

    /// Accounts for which the close of a month may have something to release.
    pub(super) fn to_release(&self, month: Month) -> impl Iterator<Item = AccountId> {
        let ahead = self.ahead.get(&month).into_iter().flatten();
        ahead.chain(&self.taxed_by_receipt).copied().collect::<BTreeSet<AccountId>>().into_iter()
    }

    /// The newest event there is.
    pub(super) fn seen_until(&self) -> u64 {
        self.seen_until
    }

    /// Whether a bill run was begun.
    pub(super) fn has_started(&self, run: BillRunId) -> bool {
        self.started.contains(&run)
    }

    /// Whether anything was billed: then the roster is in.
    pub(super) fn has_billed(&self) -> bool {
        !self.started.is_empty()
    }

    /// Whether a bill run is over.
    pub(super) fn is_completed(&self, run: BillRunId) -> bool {
        self.completed.contains(&run)
    }

    /// Whether the ledger lives by the system's clock: its load is over.
    pub(super) fn is_handed_over(&self) -> bool {
        self.handed_over
    }

    fn fold(&mut self, event: &Recorded) {
        self.seen_until = self.seen_until.max(event.position);
        match &event.event {
            Event::Account(money) => self.fold_account(AccountId(event.stream.id), money),
            Event::BillRun(BillRunEvent::BillRunStarted(_)) => {
                self.started.insert(BillRunId(event.stream.id));
            }
            Event::BillRun(BillRunEvent::BillRunCompleted(_)) => {
                self.completed.insert(BillRunId(event.stream.id));
                let sum = |open: &BTreeMap<_, Money>| open.values().fold(Money::ZERO, |sum, open| sum.fold(*open));
                self.billed = self.open.iter().map(|(account, open)| (*account, sum(open))).collect();
            }
            Event::Ledger(LedgerEvent::ClockHandedOver(_)) => self.handed_over = true,
            // Nothing else decides what the demo does next.
            _ => {}
        }
    }

    fn fold_account(&mut self, account: AccountId, event: &AccountEvent) {
        if let AccountEvent::ChargePosted(posted) = event
            && !posted.booking.tax_due
        {
            let waiting = match posted.booking.recognised {
                true => &mut self.taxed_by_receipt,
                false => self.ahead.entry(posted.booking.period).or_default(),
            };
            waiting.insert(account);
        }
        if let AccountEvent::ChargePosted(posted) = event {
            let obligor = posted.booking.obligor;
            self.obligors.entry(account).or_insert(obligor);
            if matches!(posted.booking.fund, Fund::Deposit | Fund::MaintenanceFund) {
                self.demands.insert(posted.charge);
            }
            if posted.booking.fund == Fund::Deposit {
                self.deposits.entry(account).or_insert((posted.charge, obligor));
            }
        }
        let lot = match event {
            AccountEvent::CreditReceived(lot) => Some((lot.lot, lot.holder)),
            AccountEvent::OpeningCreditPosted(lot) => Some((lot.lot, lot.holder)),
            _ => None,
        };
        self.lots.entry(account).or_default().extend(lot);
        let charges = self.open.entry(account).or_default();
        let (charge, change) = match event {
            AccountEvent::ChargePosted(posted) => (posted.charge, posted.amount),
            AccountEvent::OpeningChargePosted(posted) => (posted.charge, posted.amount),
            AccountEvent::OpeningChargeReversed(reversed) => (reversed.charge, reversed.amount.negated()),
            AccountEvent::ChargePaid(paid) if paid.part == Part::Principal => (paid.charge, paid.amount.negated()),
            AccountEvent::ChargePaymentUndone(undone) if undone.part == Part::Principal => {
                (undone.charge, undone.amount)
            }
            AccountEvent::ChargeReduced(reduced) => (reduced.charge, reduced.amount.negated()),
            AccountEvent::ChargeWaived(waived) => (waived.charge, waived.amount.negated()),
            AccountEvent::ChargeReversed(reversed) => (reversed.charge, reversed.amount.negated()),
            AccountEvent::ChargeWrittenOff(given_up) => (given_up.charge, given_up.amount.negated()),
            AccountEvent::ChargeRecovered(recovered) => (recovered.charge, recovered.amount),
            AccountEvent::AccountOpened(_)
            | AccountEvent::ChargePaid(_)
            | AccountEvent::ChargePaymentUndone(_)
            | AccountEvent::CreditReceived(_)
            | AccountEvent::LateFeeWaived(_)
            | AccountEvent::LateFeeAdjudged(_)
            | AccountEvent::LateFeeAwardLifted(_)
            | AccountEvent::CreditReleased(_)
            | AccountEvent::CreditWithdrawn(_)
            | AccountEvent::CreditMoved(_)
            | AccountEvent::RefundApproved(_)
            | AccountEvent::RefundSettled(_)
            | AccountEvent::RefundFailed(_)
            | AccountEvent::OpeningCreditPosted(_)
            | AccountEvent::OpeningCreditReversed(_)
            | AccountEvent::OpeningDepositPosted(_)
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
            | AccountEvent::FundSpendReturned(_) => return,
        };
        if self.demands.contains(&charge) {
            return;
        }
        let open = charges.get(&charge).copied().unwrap_or_default().fold(change);
        if open.is_zero() {
            charges.remove(&charge);
        } else {
            charges.insert(charge, open);
        }
    }
}

/// How many charges commands posted, and their sum.
pub(super) fn posted<'a>(accepted: impl IntoIterator<Item = &'a Accepted>) -> (Count, Money) {
    let mut sum = (0_u32, Money::ZERO);
    for event in accepted.into_iter().flat_map(|accepted| accepted.events.iter()) {
        if let Event::Account(AccountEvent::ChargePosted(posted)) = &event.event {
            sum = (sum.0.saturating_add(1), sum.1.fold(posted.amount));
        }
    }
    (Count(sum.0), sum.1)
}
