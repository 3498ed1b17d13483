//! The figures that finance asks for, over a flat list of facts: collection rates, arrears recovery, ageing, credit.
//!
//! For a period P and an effective date T. The caller passes only what was known at K; facts effective after T are left out
//! here. May never happen here: a figure that depends on the order of the facts, or a write-off that lowers a denominator.

use super::quotient::Quotient;
use crate::calendar::{CivilDate, Month};
use crate::money::Money;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A fact that counts on its effective date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact<Charge, Account> {
    /// The day it counts.
    pub effective_on: CivilDate,
    /// Zero or more; the kind says which way it counts.
    pub amount: Money,
    /// What happened.
    pub kind: FactKind<Charge, Account>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind<Charge, Account> {
    /// A charge was posted.
    Charged {
        /// Its id.
        charge: Charge,
        /// The account that owes it.
        account: Account,
        /// Its accounting month.
        period: Month,
        /// When it is due.
        due_on: CivilDate,
    },
    /// Money came in.
    Paid,
    /// A payment was reversed.
    PaymentReversed,
    /// A refund was settled.
    Refunded,
    /// Something happened to the principal of a charge.
    Changed {
        /// The charge.
        charge: Charge,
        /// What.
        change: Change,
    },
}

/// What happened to the principal of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Credit was spent on it, directly or by draw-down.
    Allocated,
    /// Such an allocation was undone.
    AllocationUndone,
    /// Forgiven.
    Waived,
    /// A waiver was undone.
    WaiverUndone,
    /// Charged too much.
    Reduced,
    /// Posted by mistake.
    Reversed,
    /// Given up, still owed off book.
    WrittenOff,
    /// Written off, then paid after all.
    Recovered,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    /// P.
    pub period: Month,
    /// T, not before the first day of P.
    pub effective_on: CivilDate,
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// P's charges less waivers, reductions and reversals.
    pub net_charges: Money,
    /// Allocations to P's charges.
    pub collected_of_period: Money,
    /// 当期收缴率; nothing when there was nothing to collect. Rates have four decimals.
    pub current_rate: Option<Decimal>,
    /// Open at the first day of P, before what was forgiven inside the window.
    pub opening_open: Money,
    /// Allocations inside the window to charges of earlier periods.
    pub arrears_recovered: Money,
    /// 历欠清收率
    pub arrears_recovery_rate: Option<Decimal>,
    /// 综合收缴率
    pub overall_rate: Option<Decimal>,
    /// Households with net charges in P.
    pub households_charged: u64,
    /// Of those, the ones with no open principal for P; a write-off is not a payment.
    pub households_paid: u64,
    /// 户收缴率
    pub household_rate: Option<Decimal>,
    /// 实收 of P's month: payments less reversed ones and refunds settled.
    pub received: Money,
    /// Open at T, of every charge.
    pub closing_open: Money,
    /// Of that, due before T.
    pub arrears: Money,
    /// Credit at T.
    pub credit: Money,
    /// Open at T by days past the due date.
    pub ageing: Ageing,
}

/// Open principal 账龄 by days past its due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ageing {
    /// Due on T or later.
    pub not_due: Money,
    /// 1–30 days.
    pub d1_30: Money,
    /// 31–60 days.
    pub d31_60: Money,
    /// 61–90 days.
    pub d61_90: Money,
    /// 91–180 days.
    pub d91_180: Money,
    /// 181–365 days.
    pub d181_365: Money,
    /// 366–730 days.
    pub d366_730: Money,
    /// 731–1,095 days.
    pub d731_1095: Money,
    /// More than 1,095 days.
    pub over: Money,
}

impl Ageing {
    /// Adds an open amount to its bucket.
    pub fn add(&mut self, days_past_due: i64, open: Money) {
        let bucket = match days_past_due {
            i64::MIN..=0 => &mut self.not_due,
            1..=30 => &mut self.d1_30,
            31..=60 => &mut self.d31_60,
            61..=90 => &mut self.d61_90,
            91..=180 => &mut self.d91_180,
            181..=365 => &mut self.d181_365,
            366..=730 => &mut self.d366_730,
            731..=1095 => &mut self.d731_1095,
            1096.. => &mut self.over,
        };
        *bucket = bucket.fold(open);
    }
}

/// Why there are no figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FiguresError {
    /// T lies before P.
    #[error("the effective date must not lie before the period")]
    EffectiveBeforePeriod,
    /// An amount below zero.
    #[error("an amount must not be negative")]
    AmountNegative,
    /// Two charges have the same id.
    #[error("a charge is listed twice")]
    ChargeDuplicate,
}

impl FiguresError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::EffectiveBeforePeriod => "effective_before_period",
            Self::AmountNegative => "amount_negative",
            Self::ChargeDuplicate => "charge_duplicate",
        }
    }
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

/// The figures over facts in any order.
///
/// `is_household` says which accounts are of residence or shop kind.
///
/// # Errors
/// [`FiguresError`] when the facts do not belong together.
pub fn compute<Charge: Copy + Ord, Account: Copy + Ord>(
    facts: &[Fact<Charge, Account>],
    query: Query,
    is_household: impl Fn(Account) -> bool,
) -> Result<Figures, FiguresError> {
    if query.effective_on < query.period.first_day() {
        return Err(FiguresError::EffectiveBeforePeriod);
    }
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

/// A rate with four decimals, half away from zero; nothing when there is nothing to divide by.
pub fn rate(part: Money, whole: Money) -> Option<Decimal> {
    ratio(part.fen().into(), whole.fen().into())
}

fn ratio(part: i128, whole: i128) -> Option<Decimal> {
    // A quotient has its sign above the line: more may have been forgiven inside the window than was open before it.
    let (part, whole) = if whole < 0 { (-part, -whole) } else { (part, whole) };
    Quotient::int(part).over(Quotient::int(whole)).and_then(|quotient| quotient.to_decimal(4)).ok()
}

fn add(sum: &mut Money, amount: Money) {
    *sum = sum.fold(amount);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn charge(id: u32, account: u32, period: &str, fen: i64) -> Fact<u32, u32> {
        let period = month(period);
        let kind = FactKind::Charged { charge: id, account, period, due_on: period.last_day() };
        Fact { effective_on: period.first_day(), amount: Money::from_fen(fen), kind }
    }

    fn on(day: &str, fen: i64, kind: FactKind<u32, u32>) -> Fact<u32, u32> {
        Fact { effective_on: day.parse().unwrap(), amount: Money::from_fen(fen), kind }
    }

    fn changed(day: &str, charge: u32, change: Change, fen: i64) -> Fact<u32, u32> {
        on(day, fen, FactKind::Changed { charge, change })
    }

    fn october(facts: &[Fact<u32, u32>]) -> Figures {
        let query = Query { period: month("2026-10"), effective_on: month("2026-10").last_day() };
        compute(facts, query, |account| account < 100).unwrap()
    }

    fn text(rate: Option<Decimal>) -> String {
        rate.map_or("null".into(), |rate| rate.to_string())
    }

    #[test]
    fn nothing_to_divide_by_is_nothing() {
        let figures = october(&[]);
        let rates = [figures.current_rate, figures.arrears_recovery_rate, figures.overall_rate, figures.household_rate];
        assert_eq!(rates, [None; 4]);
        assert_eq!((figures.households_charged, figures.closing_open), (0, Money::ZERO));
    }

    #[test]
    fn a_write_off_closes_but_lowers_no_denominator() {
        let facts = [
            charge(1, 1, "2026-09", 10_000),
            charge(2, 1, "2026-10", 10_000),
            changed("2026-10-05", 1, Change::WrittenOff, 10_000),
            changed("2026-10-05", 2, Change::WrittenOff, 10_000),
        ];
        let figures = october(&facts);
        assert_eq!(
            (text(figures.current_rate), text(figures.arrears_recovery_rate)),
            ("0.0000".into(), "0.0000".into())
        );
        assert_eq!((figures.closing_open, figures.opening_open.fen()), (Money::ZERO, 10_000));
        assert_eq!((figures.households_charged, figures.households_paid), (1, 0));
        // Money for it afterwards is a recovery: the debt comes back and is paid.
        let recovered = [
            facts.to_vec(),
            vec![changed("2026-10-20", 2, Change::Recovered, 4000), changed("2026-10-20", 2, Change::Allocated, 4000)],
        ]
        .concat();
        let figures = october(&recovered);
        assert_eq!((text(figures.current_rate), figures.closing_open), ("0.4000".into(), Money::ZERO));
    }

    #[test]
    fn what_was_forgiven_inside_the_window_lowers_the_denominator_only() {
        let facts = [
            charge(1, 1, "2026-09", 10_000),
            changed("2026-09-30", 1, Change::Waived, 1000),
            changed("2026-10-02", 1, Change::Waived, 2000),
            changed("2026-10-03", 1, Change::WaiverUndone, 500),
            changed("2026-10-04", 1, Change::Allocated, 5000),
            changed("2026-10-05", 1, Change::AllocationUndone, 1000),
            changed("2026-11-05", 1, Change::Allocated, 3500),
        ];
        let figures = october(&facts);
        assert_eq!((figures.opening_open.fen(), figures.arrears_recovered.fen()), (9000, 4000));
        // 40.00 ÷ (90.00 − 15.00)
        assert_eq!((text(figures.arrears_recovery_rate), figures.closing_open.fen()), ("0.5333".into(), 3500));
    }

    #[test]
    fn a_late_posted_charge_of_an_earlier_period_is_open_at_the_beginning() {
        let mut late = charge(1, 1, "2026-08", 10_000);
        late.effective_on = "2026-10-20".parse().unwrap();
        let later = charge(2, 1, "2026-11", 7000);
        let figures = october(&[late, later, changed("2026-10-30", 2, Change::Allocated, 7000)]);
        assert_eq!((figures.opening_open.fen(), figures.closing_open.fen()), (10_000, 10_000));
        assert_eq!((figures.arrears.fen(), figures.ageing.d61_90.fen(), figures.credit.fen()), (10_000, 10_000, -7000));
    }

    #[test]
    fn only_households_with_net_charges_are_counted() {
        let facts = [
            charge(1, 1, "2026-10", 10_000),
            changed("2026-10-10", 1, Change::Reversed, 10_000),
            charge(2, 2, "2026-10", 10_000),
            changed("2026-10-10", 2, Change::Allocated, 10_000),
            charge(3, 100, "2026-10", 10_000),
        ];
        let figures = october(&facts);
        assert_eq!((figures.households_charged, figures.households_paid), (1, 1));
        assert_eq!((text(figures.current_rate), text(figures.household_rate)), ("0.5000".into(), "1.0000".into()));
    }

    #[test]
    fn received_is_of_the_month_and_credit_of_all_time() {
        let facts = [
            on("2026-09-30", 1000, FactKind::Paid),
            on("2026-10-01", 5000, FactKind::Paid),
            on("2026-10-02", 2000, FactKind::PaymentReversed),
            on("2026-10-31", 500, FactKind::Refunded),
            on("2026-11-01", 9000, FactKind::Paid),
        ];
        let figures = october(&facts);
        assert_eq!((figures.received.fen(), figures.credit.fen()), (2500, 3500));
    }

    #[test]
    fn refusals_have_names() {
        let query = Query { period: month("2026-10"), effective_on: "2026-09-30".parse().unwrap() };
        let code = |facts: &[Fact<u32, u32>], query| compute(facts, query, |_| true).unwrap_err().code();
        assert_eq!(code(&[], query), "effective_before_period");
        let query = Query { period: month("2026-10"), effective_on: month("2026-10").last_day() };
        assert_eq!(code(&[on("2026-10-01", -1, FactKind::Paid)], query), "amount_negative");
        assert_eq!(code(&[charge(1, 1, "2026-10", 1), charge(1, 1, "2026-10", 1)], query), "charge_duplicate");
    }
}
