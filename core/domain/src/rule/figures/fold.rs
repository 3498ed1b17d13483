//! The fold behind the figures: fact by fact, for several rows at once, over one state per charge and holder.
//!
//! Memory grows with charges, accounts and holders, never with what happened to them. May never happen here: a
//! subtraction that is not explained by a class of change.

use super::answer::Place;
use super::{Change, Fact, FactKind, Figures, FiguresError, Identity, Purpose, Query, Way};
use crate::account::Mode;
use crate::calendar::{CivilDate, Month};
use crate::money::Money;
use std::collections::HashMap;
use std::hash::Hash;

/// Limitation 诉讼时效, in months.
pub(crate) const LIMITATION: u32 = 36;
/// Rows that one fact counts in at most: one of each way to cut.
const CUTS: usize = 4;

/// The rows that a fact counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rows([Option<u32>; CUTS]);

impl Rows {
    /// One row.
    pub fn one(row: u32) -> Self {
        let mut rows = Self::default();
        rows.add(row);
        rows
    }

    /// One row more; there is room for one of each way to cut.
    pub fn add(&mut self, row: u32) {
        if let Some(place) = self.0.iter_mut().find(|place| place.is_none()) {
            *place = Some(row);
        }
    }

    /// True when it counts nowhere.
    pub fn is_empty(self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    fn each(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().flatten().filter_map(|row| usize::try_from(row).ok())
    }
}

/// What happened so far, for one question and all its rows.
#[derive(Debug, Clone)]
pub struct Tally<Charge, Account, Holder> {
    query: Query,
    rows: Vec<Row>,
    charges: HashMap<Charge, ChargeState<Account>>,
    accounts: HashMap<(usize, Account), AccountState>,
    holders: HashMap<Holder, HolderState>,
}

/// Sums of one row.
#[derive(Debug, Clone, Default)]
struct Row {
    figures: Figures,
    /// Allocated to charges of later periods.
    prepaid: Money,
}

#[derive(Debug, Clone)]
struct ChargeState<Account> {
    rows: Rows,
    account: Account,
    period: Month,
    due_on: CivilDate,
    receivable: bool,
    /// Posted less what happened to it by T.
    open: Money,
    /// The same, as the receivable book has it.
    booked: Money,
    /// Part payments by value date: each interrupts limitation while it stands.
    paid: Vec<(CivilDate, Money)>,
    /// The last delivered demand or promise.
    interrupted_on: Option<CivilDate>,
}

/// P's charges of one account: net of what was forgiven, and what of that is not allocated.
#[derive(Debug, Clone, Copy, Default)]
struct AccountState {
    net: Money,
    unpaid: Money,
}

/// Credit of one holder by the facts, and as the credit book has it.
#[derive(Debug, Clone, Copy, Default)]
struct HolderState {
    rows: Rows,
    credit: Money,
    booked: Money,
}

impl<Charge, Account, Holder> Tally<Charge, Account, Holder>
where
    Charge: Copy + Eq + Hash,
    Account: Copy + Eq + Hash,
    Holder: Copy + Eq + Hash,
{
    /// Nothing happened yet; there are no rows.
    pub(super) fn new(query: Query) -> Self {
        Self { query, rows: Vec::new(), charges: HashMap::new(), accounts: HashMap::new(), holders: HashMap::new() }
    }

    /// One row more, and its number.
    pub fn add_row(&mut self) -> u32 {
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.rows.push(Row::default());
        row
    }

    /// Takes in a fact that counts in some rows; of a charge, it counts where its charge does, and comes after it.
    ///
    /// # Errors
    /// [`FiguresError`] for an amount below zero and a charge that was posted before.
    pub fn take(&mut self, rows: Rows, fact: &Fact<Charge, Account, Holder>) -> Result<(), FiguresError> {
        if fact.amount.is_negative() {
            return Err(FiguresError::AmountNegative);
        }
        if fact.effective_on > self.query.effective_on {
            return Ok(());
        }
        let (on, amount) = (fact.effective_on, fact.amount);
        match fact.kind {
            FactKind::Charged { charge, account, period, due_on, receivable } => {
                let (open, booked, paid) = (amount, Money::ZERO, Vec::new());
                let interrupted_on = None;
                let state =
                    ChargeState { rows, account, period, due_on, receivable, open, booked, paid, interrupted_on };
                self.posted(on, &state);
                if self.charges.insert(charge, state).is_some() {
                    return Err(FiguresError::ChargeDuplicate);
                }
            }
            FactKind::Changed { charge, change, value_on } => {
                if let Some(state) = self.charges.get_mut(&charge) {
                    let (_, way) = class_of(change);
                    state.changed(change, way.signed(amount), value_on);
                    let (rows, period, account) = (state.rows, state.period, state.account);
                    for row in rows.each() {
                        self.change(row, on, change, way.signed(amount), period, account);
                    }
                }
            }
            FactKind::Interrupted { charge, on } => {
                if let Some(state) = self.charges.get_mut(&charge) {
                    state.interrupted_on = state.interrupted_on.max(Some(on));
                }
            }
            FactKind::Booked { charge, way } => {
                if let Some(state) = self.charges.get_mut(&charge) {
                    add(&mut state.booked, way.signed(amount));
                }
            }
            FactKind::Credit(holder, way) => {
                add(&mut self.holder(holder, rows).credit, way.signed(amount));
                self.each(rows, |row| add(&mut row.figures.credit, way.signed(amount)));
            }
            FactKind::CreditBooked(holder, way) => {
                add(&mut self.holder(holder, rows).booked, way.signed(amount));
                self.each(rows, |row| add(&mut row.figures.identity.credit_book, way.signed(amount)));
            }
            FactKind::Suspense(way) if self.query.covers(on) => self.each(rows, |row| {
                add(&mut row.figures.received, way.signed(amount));
                add(&mut row.figures.received_splits.suspense, way.signed(amount));
            }),
            // Money of an account is credit until it is spent.
            FactKind::Identified(way) if self.query.covers(on) => self.identified(rows, way.signed(amount)),
            FactKind::RefundSettled if self.query.covers(on) => self.identified(rows, amount.negated()),
            FactKind::Spent(purpose, way) if self.query.covers(on) => self.each(rows, |row| {
                let splits = &mut row.figures.received_splits;
                add(&mut splits.credit, way.signed(amount).negated());
                match purpose {
                    Purpose::LateFee => add(&mut splits.late_fee, way.signed(amount)),
                    Purpose::OtherFund(fund) => add(splits.of_fund(fund), way.signed(amount)),
                }
            }),
            FactKind::Suspense(_) | FactKind::Identified(_) | FactKind::RefundSettled | FactKind::Spent(..) => {}
        }
        Ok(())
    }

    /// The figures of each row.
    pub fn figures(&self, is_household: impl Fn(Account) -> bool) -> Vec<Figures> {
        let mut rows = self.rows.clone();
        let mut differs = vec![false; rows.len()];
        for charge in self.charges.values() {
            for at in charge.rows.each() {
                let (Some(row), Some(differs)) = (rows.get_mut(at), differs.get_mut(at)) else { continue };
                *differs |= charge.receivable && charge.open != charge.booked;
                row.close(charge, self.query.effective_on);
            }
        }
        for holder in self.holders.values().filter(|holder| holder.credit != holder.booked) {
            holder.rows.each().for_each(|at| {
                if let Some(differs) = differs.get_mut(at) {
                    *differs = true;
                }
            });
        }
        for ((at, account), state) in &self.accounts {
            let Some(row) = rows.get_mut(*at) else { continue };
            if state.net.is_positive() && is_household(*account) {
                row.figures.households_charged += 1;
                row.figures.households_paid += u64::from(!state.unpaid.is_positive());
            }
        }
        rows.into_iter().zip(differs).map(|(row, differs)| row.finish(differs)).collect()
    }

    fn each(&mut self, rows: Rows, mut of: impl FnMut(&mut Row)) {
        for at in rows.each() {
            if let Some(row) = self.rows.get_mut(at) {
                of(row);
            }
        }
    }

    fn holder(&mut self, holder: Holder, rows: Rows) -> &mut HolderState {
        self.holders.entry(holder).or_insert(HolderState { rows, ..HolderState::default() })
    }

    fn identified(&mut self, rows: Rows, signed: Money) {
        self.each(rows, |row| {
            add(&mut row.figures.received, signed);
            add(&mut row.figures.received_splits.credit, signed);
        });
    }

    fn posted(&mut self, on: CivilDate, charge: &ChargeState<Account>) {
        let (before, place) = (on < self.query.first.first_day(), self.query.place(charge.period));
        for at in charge.rows.each() {
            let Some(row) = self.rows.get_mut(at) else { continue };
            let identity = &mut row.figures.identity;
            add(if before { &mut identity.opening_open } else { &mut identity.charged }, charge.open);
            match place {
                Place::ThisPeriod => {
                    add(&mut row.figures.net_charges, charge.open);
                    let account = self.accounts.entry((at, charge.account)).or_default();
                    add(&mut account.net, charge.open);
                    add(&mut account.unpaid, charge.open);
                }
                Place::PriorYears | Place::EarlierThisYear => add(&mut row.figures.opening_open, charge.open),
                Place::Later => {}
            }
        }
    }

    /// A change of a charge, in one row.
    fn change(&mut self, at: usize, on: CivilDate, change: Change, lowers: Money, period: Month, account: Account) {
        let Some(row) = self.rows.get_mut(at) else { return };
        let ((class, _), place) = (class_of(change), self.query.place(period));
        let before_window = on < self.query.first.first_day();
        let signed = if before_window { lowers.negated() } else { lowers };
        add(term(&mut row.figures.identity, change, before_window), signed);
        if self.query.covers(on) {
            row.collect(change, place, lowers);
        }
        match place {
            Place::ThisPeriod => {
                let account = self.accounts.entry((at, account)).or_default();
                row.change_of_period(class, lowers, account);
            }
            Place::PriorYears | Place::EarlierThisYear => row.change_of_arrears(class, lowers, before_window),
            Place::Later if class == Class::Paid => add(&mut row.prepaid, lowers),
            Place::Later => {}
        }
    }
}

impl<Account> ChargeState<Account> {
    fn changed(&mut self, change: Change, lowers: Money, value_on: CivilDate) {
        add(&mut self.open, lowers.negated());
        if class_of(change).0 == Class::Paid {
            match self.paid.iter_mut().find(|(day, _)| *day == value_on) {
                Some((_, paid)) => add(paid, lowers),
                None => self.paid.push((value_on, lowers)),
            }
        }
    }
}

impl Row {
    /// What lowered principal in P's months: the splits of what was received, and the matrix.
    fn collect(&mut self, change: Change, place: Place, lowers: Money) {
        let (mode, matrix) = (mode_of(change), &mut self.figures.collection_matrix);
        let row = match change {
            Change::AllocationRefunded(_) => &mut matrix.refunded,
            Change::Allocated(Mode::Direct) | Change::AllocationUndone(Mode::Direct) => &mut matrix.received,
            Change::Allocated(Mode::DrawDown) | Change::AllocationUndone(Mode::DrawDown) => &mut matrix.draw_down,
            Change::Waived | Change::WaiverUndone => &mut matrix.waived,
            Change::Reduced | Change::Reversed | Change::WrittenOff | Change::Recovered => return,
        };
        row.add(place, lowers);
        matrix.total.add(place, lowers);
        match mode {
            Some(Mode::Direct) => {
                let splits = &mut self.figures.received_splits;
                add(&mut splits.credit, lowers.negated());
                let split = match place {
                    Place::ThisPeriod => &mut splits.this_period,
                    Place::Later => &mut splits.later,
                    Place::PriorYears | Place::EarlierThisYear => &mut splits.earlier,
                };
                add(split, lowers);
            }
            Some(Mode::DrawDown) => add(&mut self.figures.draw_down, lowers),
            None => {}
        }
    }

    fn change_of_period(&mut self, class: Class, lowers: Money, account: &mut AccountState) {
        match class {
            Class::Paid => {
                add(&mut self.figures.collected_of_period, lowers);
                add(&mut account.unpaid, lowers.negated());
            }
            Class::Forgiven => {
                add(&mut self.figures.net_charges, lowers.negated());
                add(&mut account.net, lowers.negated());
                add(&mut account.unpaid, lowers.negated());
            }
            Class::GivenUp => {}
        }
    }

    fn change_of_arrears(&mut self, class: Class, lowers: Money, before_window: bool) {
        match class {
            _ if before_window => add(&mut self.figures.opening_open, lowers.negated()),
            Class::Paid => add(&mut self.figures.arrears_recovered, lowers),
            Class::Forgiven => add(&mut self.figures.forgiven_arrears, lowers),
            Class::GivenUp => {}
        }
    }

    fn close<Account>(&mut self, charge: &ChargeState<Account>, on: CivilDate) {
        let (open, figures) = (charge.open, &mut self.figures);
        let days_past_due = charge.due_on.days_until(on);
        add(&mut figures.closing_open, open);
        if days_past_due > 0 {
            add(&mut figures.arrears, open);
        }
        figures.ageing.add(days_past_due, open);
        let paid = charge.paid.iter().filter(|(_, paid)| paid.is_positive()).map(|(day, _)| *day).max();
        let runs_from = paid.max(charge.interrupted_on).map_or(charge.due_on, |day| day.max(charge.due_on));
        if open.is_positive() && runs_from.plus_months(LIMITATION) < on {
            add(&mut figures.limitation_expired, open);
        }
        let book = if charge.receivable { (charge.booked, Money::ZERO) } else { (Money::ZERO, open) };
        add(&mut figures.identity.receivable_book, book.0);
        add(&mut figures.identity.outside_books, book.1);
    }

    fn finish(self, differs: bool) -> Figures {
        let mut figures = self.figures;
        figures.prepaid = figures.credit.fold(self.prepaid);
        let identity = &mut figures.identity;
        (identity.closing_open, identity.credit) = (figures.closing_open, figures.credit);
        identity.holds = !differs && foots(identity) && identity.credit == identity.credit_book;
        figures.rated()
    }
}

/// How a change of a charge counts in the rates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// In the numerator.
    Paid,
    /// Lowers the denominator.
    Forgiven,
    /// In neither.
    GivenUp,
}

/// The class, and whether it adds to it.
impl Change {
    /// Adds when it lowers what is open, takes when it raises it again.
    pub(crate) fn lowers(self) -> Way {
        class_of(self).1
    }
}

fn class_of(change: Change) -> (Class, Way) {
    match change {
        Change::Allocated(_) => (Class::Paid, Way::Adds),
        Change::AllocationUndone(_) | Change::AllocationRefunded(_) => (Class::Paid, Way::Takes),
        Change::Waived | Change::Reduced | Change::Reversed => (Class::Forgiven, Way::Adds),
        Change::WaiverUndone => (Class::Forgiven, Way::Takes),
        Change::WrittenOff => (Class::GivenUp, Way::Adds),
        Change::Recovered => (Class::GivenUp, Way::Takes),
    }
}

fn mode_of(change: Change) -> Option<Mode> {
    match change {
        Change::Allocated(mode) | Change::AllocationUndone(mode) | Change::AllocationRefunded(mode) => Some(mode),
        Change::Waived
        | Change::WaiverUndone
        | Change::Reduced
        | Change::Reversed
        | Change::WrittenOff
        | Change::Recovered => None,
    }
}

/// Where the identity has a change.
fn term(identity: &mut Identity, change: Change, before_window: bool) -> &mut Money {
    match change {
        _ if before_window => &mut identity.opening_open,
        Change::Allocated(_) | Change::AllocationUndone(_) | Change::AllocationRefunded(_) => &mut identity.allocated,
        Change::Waived | Change::WaiverUndone => &mut identity.waived,
        Change::Reduced => &mut identity.reduced,
        Change::Reversed => &mut identity.reversed,
        Change::WrittenOff | Change::Recovered => &mut identity.written_off,
    }
}

/// What was open and what came less what went is what is open, and that is what the books have.
fn foots(identity: &Identity) -> bool {
    let Identity { reduced, waived, reversed, written_off, allocated, .. } = *identity;
    let gone: Money = [reduced, waived, reversed, written_off, allocated].into_iter().sum();
    let open = identity.opening_open.fold(identity.charged).fold(gone.negated());
    open == identity.closing_open && open == identity.receivable_book.fold(identity.outside_books)
}

fn add(sum: &mut Money, amount: Money) {
    *sum = sum.fold(amount);
}
