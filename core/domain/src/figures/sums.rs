//! The same figures out of sums by month, for read models that are kept current: exact as of the last day of any month.
//!
//! Charges that have account, fee item, period and due date in common are one, and so are all charges of other periods than
//! the ones asked about. Limitation alone is not in the sums: it asks for each charge since when it runs.

use super::{Cut, Entry, FactOf, Holder, KindOf, Of, Place, Register, Row};
use crate::account::Mode;
use crate::book::Fund;
use crate::calendar::{CivilDate, Month};
use crate::id::{AccountId, ChargeId, FeeItemId, PartyId};
use crate::money::Money;
use crate::rule::figures::{Change, Fact, FactKind, FiguresError, LIMITATION, Purpose, Query, Way};
use std::collections::HashMap;
use uuid::Uuid;

/// What happened in one month to charges that have all of this in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeSum {
    /// Whose they are; absent for those of other periods than the ones asked about.
    pub account: Option<AccountId>,
    /// Where their units stand.
    pub building: String,
    /// They are of residences or shops.
    pub is_household: bool,
    /// The fee item.
    pub fee_item: FeeItemId,
    /// Its fund.
    pub fund: Fund,
    /// Their period.
    pub period: Month,
    /// When they are due.
    pub due_on: CivilDate,
    /// The month of the accounting date.
    pub month: Month,
    /// What happened.
    pub flows: ChargeFlows,
}

/// What happened to charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChargeFlows {
    /// Posted.
    pub charged: Money,
    /// Reduced.
    pub reduced: Money,
    /// Waived, net of undone.
    pub waived: Money,
    /// Reversed.
    pub reversed: Money,
    /// Written off, net of recovered.
    pub written_off: Money,
    /// Allocated directly, net of undone.
    pub received: Money,
    /// Drawn down, net of undone.
    pub drawn: Money,
    /// Direct allocations undone because the money is refunded.
    pub refunded: Money,
    /// Draw-downs undone because the money is refunded.
    pub refunded_drawn: Money,
    /// Late fees paid with money of the day, net of undone.
    pub late_fee: Money,
    /// What the receivable book says.
    pub booked: Money,
}

/// Money of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneySum {
    /// Where the units of its accounts stand; absent for suspense.
    pub building: Option<String>,
    /// What it may be spent on; absent for suspense.
    pub fund: Option<Fund>,
    /// The month of the accounting date.
    pub month: Month,
    /// Became an account's, net.
    pub identified: Money,
    /// Left by refunds.
    pub settled: Money,
    /// Came into suspense, net.
    pub suspense: Money,
}

/// Credit of one holder on one account at T.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditSum {
    /// Where the account's unit stands.
    pub building: String,
    /// The account.
    pub account: AccountId,
    /// The holder.
    pub holder: PartyId,
    /// What it may be spent on.
    pub fund: Fund,
    /// By the facts.
    pub credit: Money,
    /// By the credit book.
    pub booked: Money,
}

/// Open late fees on charges of a building, a fee item and a fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateFeeSum {
    /// Where the units stand.
    pub building: String,
    /// The fee item of the charges.
    pub fee_item: FeeItemId,
    /// Their fund.
    pub fund: Fund,
    /// How much.
    pub open: Money,
}

/// The rows with the open late fees on charges of their funds.
pub fn with_late_fees(mut rows: Vec<Row>, sums: &[LateFeeSum]) -> Vec<Row> {
    for Row { key, late_fees, .. } in &mut rows {
        let own = sums.iter().filter(|sum| {
            let building = key.building.as_ref().is_none_or(|building| *building == sum.building);
            building && key.fee_item.is_none_or(|item| item == sum.fee_item) && key.fund == sum.fund
        });
        *late_fees = Some(own.map(|sum| sum.open).sum());
    }
    rows
}

/// The rows of a cut out of sums; T must be the last day of a month, and the sums those of months up to it, in order.
/// Nothing when a debt is so old that its limitation must be looked at.
///
/// # Errors
/// [`FiguresError`] for a question that makes no sense.
pub fn of_sums(
    query: Query,
    cut: Cut,
    charges: &[ChargeSum],
    money: &[MoneySum],
    credit: &[CreditSum],
) -> Result<Option<Vec<Row>>, FiguresError> {
    let mut feed = Feed { register: Register::new(query, vec![cut])?, query, ids: 0, groups: HashMap::new() };
    for sum in charges {
        feed.charge(sum)?;
    }
    if feed.groups.values().any(|group| group.is_old && group.open.is_positive()) {
        return Ok(None);
    }
    for sum in money {
        feed.money(sum)?;
    }
    for sum in credit {
        feed.credit(sum)?;
    }
    Ok(feed.register.answer()?.pop())
}

type GroupKey = (Option<AccountId>, String, FeeItemId, Fund, Month, CivilDate);

/// An amount, if there is one, and what it is either way.
type Told = (Option<Money>, Box<dyn Fn(Way) -> KindOf>);

/// Charges that are one here.
struct Group {
    first: ChargeId,
    account: AccountId,
    open: Money,
    is_old: bool,
}

struct Feed {
    register: Register,
    query: Query,
    ids: u128,
    groups: HashMap<GroupKey, Group>,
}

impl Feed {
    fn take(&mut self, of: Of, month: Month, amount: Money, kind: KindOf) -> Result<(), FiguresError> {
        let effective_on = month.last_day().min(self.query.effective_on);
        let fact: FactOf = Fact { effective_on, amount, kind };
        self.register.count(&Entry { of, fact }).map(|_| ())
    }

    /// An amount that may be negative: then it is the opposite.
    fn net(&mut self, of: Of, month: Month, amount: Money, kind: impl Fn(Way) -> KindOf) -> Result<(), FiguresError> {
        if amount.is_negative() {
            self.take(of, month, amount.negated(), kind(Way::Takes))
        } else {
            self.take(of, month, amount, kind(Way::Adds))
        }
    }

    /// An id that nothing else has here; the sums have none.
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    /// An account that stands in a building.
    fn account(&mut self, account: Option<AccountId>, building: &str, is_household: bool) -> AccountId {
        let account = account.unwrap_or_else(|| AccountId(self.id()));
        let building = self.register.building(building.to_owned());
        self.register.places.insert(account, Place { building, is_household });
        account
    }

    fn charge(&mut self, sum: &ChargeSum) -> Result<(), FiguresError> {
        let key = (sum.account, sum.building.clone(), sum.fee_item, sum.fund, sum.period, sum.due_on);
        let (charge, known) = (ChargeId(self.id()), self.groups.get(&key).map(|group| (group.first, group.account)));
        let (first, account) = match known {
            Some(known) => known,
            None => {
                let account = self.account(sum.account, &sum.building, sum.is_household && sum.account.is_some());
                let is_old = sum.due_on.plus_months(LIMITATION) < self.query.effective_on;
                self.groups.insert(key.clone(), Group { first: charge, account, open: Money::ZERO, is_old });
                (charge, account)
            }
        };
        let (of, month, flows) =
            (Of { account: Some(account), fee_item: Some(sum.fee_item), fund: Some(sum.fund) }, sum.month, sum.flows);
        let receivable = match sum.fund {
            Fund::Operating | Fund::PassThrough | Fund::OwnersIncome => true,
            Fund::Deposit | Fund::MaintenanceFund => false,
        };
        let posted = FactKind::Charged { charge, account, period: sum.period, due_on: sum.due_on, receivable };
        self.take(of, month, flows.charged, posted)?;
        let value_on = sum.due_on;
        let changed = move |change| FactKind::Changed { charge: first, change, value_on };
        let either = |adds, takes| move |way| changed(if way == Way::Adds { adds } else { takes });
        let some = |amount: Money| (!amount.is_zero()).then_some(amount);
        let mut told: Vec<Told> = vec![
            (some(flows.reduced), Box::new(move |_| changed(Change::Reduced))),
            (some(flows.waived), Box::new(either(Change::Waived, Change::WaiverUndone))),
            (some(flows.reversed), Box::new(move |_| changed(Change::Reversed))),
            (some(flows.written_off), Box::new(either(Change::WrittenOff, Change::Recovered))),
            (some(flows.late_fee), Box::new(|way| FactKind::Spent(Purpose::LateFee, way))),
        ];
        for (amount, mode) in [(flows.received, Mode::Direct), (flows.drawn, Mode::DrawDown)] {
            told.push((some(amount), Box::new(either(Change::Allocated(mode), Change::AllocationUndone(mode)))));
        }
        for (amount, mode) in [(flows.refunded, Mode::Direct), (flows.refunded_drawn, Mode::DrawDown)] {
            told.push((some(amount), Box::new(move |_| changed(Change::AllocationRefunded(mode)))));
        }
        // The later ones of a group stand on the books as they were posted; all the rest is the first one's.
        let own = if receivable { flows.charged } else { Money::ZERO };
        told.push((some(own), Box::new(move |way| FactKind::Booked { charge, way })));
        let rest = flows.booked.fold(own.negated());
        told.push((some(rest), Box::new(move |way| FactKind::Booked { charge: first, way })));
        for (amount, kind) in told {
            if let Some(amount) = amount {
                self.net(of, month, amount, kind)?;
            }
        }
        if let Some(group) = self.groups.get_mut(&key) {
            group.open = group.open.fold(flows.open());
        }
        Ok(())
    }

    fn money(&mut self, sum: &MoneySum) -> Result<(), FiguresError> {
        let account = sum.building.as_ref().map(|building| self.account(None, building, false));
        let of = Of { account, fee_item: None, fund: sum.fund };
        self.net(of, sum.month, sum.identified, FactKind::Identified)?;
        self.net(of, sum.month, sum.settled, |_| FactKind::RefundSettled)?;
        self.net(of, sum.month, sum.suspense, FactKind::Suspense)
    }

    fn credit(&mut self, sum: &CreditSum) -> Result<(), FiguresError> {
        if !self.register.places.contains_key(&sum.account) {
            self.account(Some(sum.account), &sum.building, false);
        }
        let of = Of { account: Some(sum.account), fee_item: None, fund: Some(sum.fund) };
        let holder: Holder = (of.account, Some(sum.holder), of.fund);
        let month = self.query.effective_on.month();
        self.net(of, month, sum.credit, |way| FactKind::Credit(holder, way))?;
        self.net(of, month, sum.booked, |way| FactKind::CreditBooked(holder, way))
    }
}

impl ChargeFlows {
    /// What these flows leave open.
    fn open(&self) -> Money {
        let Self { charged, reduced, waived, reversed, written_off, received, drawn, refunded, refunded_drawn, .. } =
            *self;
        let gone = [reduced, waived, reversed, written_off, received, drawn].into_iter().sum::<Money>();
        [charged, gone.negated(), refunded, refunded_drawn].into_iter().sum()
    }
}
