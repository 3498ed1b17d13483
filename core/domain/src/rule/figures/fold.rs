//! The fold behind the figures: one pass over the charges, one over everything else.
//!
//! May never happen here: a subtraction that is not explained by a class of change.

use super::{Change, Fact, FactKind, Figures, FiguresError, Query, rate, ratio};
use crate::calendar::{CivilDate, Month};
use crate::money::Money;
use std::collections::BTreeMap;

pub(super) fn run<Charge: Copy + Ord, Account: Copy + Ord>(
    facts: &[Fact<Charge, Account>],
    query: Query,
    is_household: impl Fn(Account) -> bool,
) -> Result<Figures, FiguresError> {
    let mut fold =
        Fold { query, figures: Figures::default(), forgiven_arrears: Money::ZERO, accounts: BTreeMap::new() };
    let mut charges = fold.charges(facts)?;
    for fact in facts {
        match fact.kind {
            FactKind::Charged { .. } => {}
            _ if fact.effective_on > query.effective_on => {}
            FactKind::Paid => fold.money(fact, fact.amount),
            FactKind::PaymentReversed | FactKind::Refunded => fold.money(fact, fact.amount.negated()),
            FactKind::Changed { charge, change } => {
                fold.change(fact.effective_on, fact.amount, change, charges.get_mut(&charge));
            }
        }
    }
    for state in charges.into_values() {
        fold.close(state.due_on, state.open);
    }
    Ok(fold.rates(is_household))
}

struct ChargeState<Account> {
    account: Account,
    period: Month,
    due_on: CivilDate,
    /// Posted less what happened to it by T.
    open: Money,
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
            let FactKind::Charged { charge, account, period, due_on } = fact.kind else { continue };
            if fact.effective_on > self.query.effective_on {
                continue;
            }
            let state = ChargeState { account, period, due_on, open: fact.amount };
            self.posted(&state);
            if charges.insert(charge, state).is_some() {
                return Err(FiguresError::ChargeDuplicate);
            }
        }
        Ok(charges)
    }

    fn posted(&mut self, charge: &ChargeState<Account>) {
        if charge.period == self.query.period {
            add(&mut self.figures.net_charges, charge.open);
            let account = self.accounts.entry(charge.account).or_default();
            add(&mut account.net, charge.open);
            add(&mut account.unpaid, charge.open);
        } else if charge.period < self.query.period {
            add(&mut self.figures.opening_open, charge.open);
        }
    }

    fn money<Charge>(&mut self, fact: &Fact<Charge, Account>, signed: Money) {
        add(&mut self.figures.credit, signed);
        if fact.effective_on.month() == self.query.period {
            add(&mut self.figures.received, signed);
        }
    }

    /// A change of a charge that does not count yet still moves credit.
    fn change(&mut self, on: CivilDate, amount: Money, change: Change, charge: Option<&mut ChargeState<Account>>) {
        let (class, lowers) = match change {
            Change::Allocated => (Class::Paid, amount),
            Change::AllocationUndone => (Class::Paid, amount.negated()),
            Change::Waived | Change::Reduced | Change::Reversed => (Class::Forgiven, amount),
            Change::WaiverUndone => (Class::Forgiven, amount.negated()),
            Change::WrittenOff => (Class::GivenUp, amount),
            Change::Recovered => (Class::GivenUp, amount.negated()),
        };
        if class == Class::Paid {
            add(&mut self.figures.credit, lowers.negated());
        }
        let Some(charge) = charge else { return };
        add(&mut charge.open, lowers.negated());
        if charge.period == self.query.period {
            self.change_of_period(class, lowers, charge.account);
        } else if charge.period < self.query.period {
            self.change_of_arrears(class, lowers, on < self.query.period.first_day());
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

    fn close(&mut self, due_on: CivilDate, open: Money) {
        let days_past_due = due_on.days_until(self.query.effective_on);
        add(&mut self.figures.closing_open, open);
        if days_past_due > 0 {
            add(&mut self.figures.arrears, open);
        }
        self.figures.ageing.add(days_past_due, open);
    }

    fn rates(self, is_household: impl Fn(Account) -> bool) -> Figures {
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

fn add(sum: &mut Money, amount: Money) {
    *sum = sum.fold(amount);
}
