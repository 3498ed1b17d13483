//! The fold behind the figures: one pass over the charges, one over everything else.
//!
//! May never happen here: a subtraction that is not explained by a class of change.

use super::answer::Place;
use super::{Change, Fact, FactKind, Figures, FiguresError, Identity, Purpose, Query, Way, rate, ratio};
use crate::account::Mode;
use crate::calendar::{CivilDate, Month};
use crate::money::Money;
use std::collections::BTreeMap;

/// Limitation 诉讼时效, in months.
const LIMITATION: u32 = 36;

pub(super) fn run<Charge: Copy + Ord, Account: Copy + Ord>(
    facts: &[Fact<Charge, Account>],
    query: Query,
    is_household: impl Fn(Account) -> bool,
) -> Result<Figures, FiguresError> {
    let mut fold = Fold {
        query,
        figures: Figures::default(),
        forgiven_arrears: Money::ZERO,
        prepaid: Money::ZERO,
        accounts: BTreeMap::new(),
    };
    let mut charges = fold.charges(facts)?;
    for fact in facts.iter().filter(|fact| fact.effective_on <= query.effective_on) {
        match fact.kind {
            FactKind::Charged { .. } => {}
            FactKind::Changed { charge, change, value_on } => {
                if let Some(charge) = charges.get_mut(&charge) {
                    fold.change(fact, change, value_on, charge);
                }
            }
            FactKind::Interrupted { charge, on } => {
                if let Some(charge) = charges.get_mut(&charge) {
                    charge.interrupted_on = charge.interrupted_on.max(Some(on));
                }
            }
            FactKind::Booked { charge, way } => {
                if let Some(charge) = charges.get_mut(&charge) {
                    add(&mut charge.booked, way.signed(fact.amount));
                }
            }
            FactKind::Credit(way) => add(&mut fold.figures.credit, way.signed(fact.amount)),
            FactKind::CreditBooked(way) => add(&mut fold.figures.identity.credit_book, way.signed(fact.amount)),
            FactKind::Suspense(way) => fold.suspense(fact.effective_on, way.signed(fact.amount)),
            FactKind::Identified(way) => fold.identified(fact.effective_on, way.signed(fact.amount)),
            FactKind::RefundSettled => fold.identified(fact.effective_on, fact.amount.negated()),
            FactKind::Spent(purpose, way) => fold.spent(fact.effective_on, purpose, way.signed(fact.amount)),
        }
    }
    let mut differs = false;
    for state in charges.into_values() {
        differs |= state.receivable && state.open != state.booked;
        fold.close(&state);
    }
    Ok(fold.finish(differs, is_household))
}

struct ChargeState<Account> {
    account: Account,
    period: Month,
    due_on: CivilDate,
    receivable: bool,
    /// Posted less what happened to it by T.
    open: Money,
    /// The same, as the receivable book has it.
    booked: Money,
    /// Part payments by value date: each interrupts limitation while it stands.
    paid: BTreeMap<CivilDate, Money>,
    /// The last delivered demand or promise.
    interrupted_on: Option<CivilDate>,
}

/// P's charges of one account: net of what was forgiven, and what of that is not allocated.
#[derive(Default)]
struct AccountState {
    net: Money,
    unpaid: Money,
}

struct Fold<Account> {
    query: Query,
    figures: Figures,
    /// Waived, reduced and reversed inside the window, of earlier periods.
    forgiven_arrears: Money,
    /// Allocated to charges of later periods.
    prepaid: Money,
    accounts: BTreeMap<Account, AccountState>,
}

impl<Account: Copy + Ord> Fold<Account> {
    fn charges<Charge: Copy + Ord>(
        &mut self,
        facts: &[Fact<Charge, Account>],
    ) -> Result<BTreeMap<Charge, ChargeState<Account>>, FiguresError> {
        let mut charges = BTreeMap::new();
        for fact in facts {
            if fact.amount.is_negative() {
                return Err(FiguresError::AmountNegative);
            }
            let FactKind::Charged { charge, account, period, due_on, receivable } = fact.kind else { continue };
            if fact.effective_on > self.query.effective_on {
                continue;
            }
            let (open, booked, paid) = (fact.amount, Money::ZERO, BTreeMap::new());
            let interrupted_on = None;
            let state = ChargeState { account, period, due_on, receivable, open, booked, paid, interrupted_on };
            self.posted(fact.effective_on, &state);
            if charges.insert(charge, state).is_some() {
                return Err(FiguresError::ChargeDuplicate);
            }
        }
        Ok(charges)
    }

    fn posted(&mut self, on: CivilDate, charge: &ChargeState<Account>) {
        let identity = &mut self.figures.identity;
        let posted = if on < self.query.first.first_day() { &mut identity.opening_open } else { &mut identity.charged };
        add(posted, charge.open);
        match self.query.place(charge.period) {
            Place::ThisPeriod => {
                add(&mut self.figures.net_charges, charge.open);
                let account = self.accounts.entry(charge.account).or_default();
                add(&mut account.net, charge.open);
                add(&mut account.unpaid, charge.open);
            }
            Place::PriorYears | Place::EarlierThisYear => add(&mut self.figures.opening_open, charge.open),
            Place::Later => {}
        }
    }

    fn suspense(&mut self, on: CivilDate, signed: Money) {
        if self.query.covers(on) {
            add(&mut self.figures.received, signed);
            add(&mut self.figures.received_splits.suspense, signed);
        }
    }

    /// Money of an account is credit until it is spent.
    fn identified(&mut self, on: CivilDate, signed: Money) {
        if self.query.covers(on) {
            add(&mut self.figures.received, signed);
            add(&mut self.figures.received_splits.credit, signed);
        }
    }

    fn spent(&mut self, on: CivilDate, purpose: Purpose, signed: Money) {
        if self.query.covers(on) {
            let splits = &mut self.figures.received_splits;
            add(&mut splits.credit, signed.negated());
            match purpose {
                Purpose::LateFee => add(&mut splits.late_fee, signed),
                Purpose::OtherFund(fund) => add(splits.of_fund(fund), signed),
            }
        }
    }

    fn change<Charge>(
        &mut self,
        fact: &Fact<Charge, Account>,
        change: Change,
        value_on: CivilDate,
        charge: &mut ChargeState<Account>,
    ) {
        let (class, way) = class_of(change);
        let lowers = way.signed(fact.amount);
        add(&mut charge.open, lowers.negated());
        if class == Class::Paid {
            let paid = charge.paid.entry(value_on).or_default();
            add(paid, lowers);
        }
        let place = self.query.place(charge.period);
        let before_window = fact.effective_on < self.query.first.first_day();
        add(
            term(&mut self.figures.identity, change, before_window),
            if before_window { lowers.negated() } else { lowers },
        );
        if self.query.covers(fact.effective_on) {
            self.collect(change, place, lowers);
        }
        match place {
            Place::ThisPeriod => self.change_of_period(class, lowers, charge.account),
            Place::PriorYears | Place::EarlierThisYear => self.change_of_arrears(class, lowers, before_window),
            Place::Later if class == Class::Paid => add(&mut self.prepaid, lowers),
            Place::Later => {}
        }
    }

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

    fn change_of_period(&mut self, class: Class, lowers: Money, account: Account) {
        let account = self.accounts.entry(account).or_default();
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
            Class::Forgiven => add(&mut self.forgiven_arrears, lowers),
            Class::GivenUp => {}
        }
    }

    fn close(&mut self, charge: &ChargeState<Account>) {
        let (on, open, figures) = (self.query.effective_on, charge.open, &mut self.figures);
        let days_past_due = charge.due_on.days_until(on);
        add(&mut figures.closing_open, open);
        if days_past_due > 0 {
            add(&mut figures.arrears, open);
        }
        figures.ageing.add(days_past_due, open);
        let paid = charge.paid.iter().rev().find(|(_, paid)| paid.is_positive()).map(|(day, _)| *day);
        let runs_from = paid.max(charge.interrupted_on).map_or(charge.due_on, |day| day.max(charge.due_on));
        if open.is_positive() && runs_from.plus_months(LIMITATION) < on {
            add(&mut figures.limitation_expired, open);
        }
        let book = if charge.receivable { (charge.booked, Money::ZERO) } else { (Money::ZERO, open) };
        add(&mut figures.identity.receivable_book, book.0);
        add(&mut figures.identity.outside_books, book.1);
    }

    fn finish(self, differs: bool, is_household: impl Fn(Account) -> bool) -> Figures {
        let mut figures = self.figures;
        let charged =
            self.accounts.iter().filter(|(account, state)| state.net.is_positive() && is_household(**account));
        for (_, state) in charged {
            figures.households_charged += 1;
            figures.households_paid += u64::from(!state.unpaid.is_positive());
        }
        let arrears = figures.opening_open.fold(self.forgiven_arrears.negated());
        figures.current_rate = rate(figures.collected_of_period, figures.net_charges);
        figures.arrears_recovery_rate = rate(figures.arrears_recovered, arrears);
        figures.overall_rate =
            rate(figures.collected_of_period.fold(figures.arrears_recovered), figures.net_charges.fold(arrears));
        figures.household_rate = ratio(figures.households_paid.into(), figures.households_charged.into());
        figures.prepaid = figures.credit.fold(self.prepaid);
        let identity = &mut figures.identity;
        (identity.closing_open, identity.credit) = (figures.closing_open, figures.credit);
        identity.holds = !differs && foots(identity) && identity.credit == identity.credit_book;
        figures
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
