//! The figures that finance asks for, over a flat list of facts: collection rates, arrears recovery, ageing, credit.
//!
//! For a period P and an effective date T. The caller passes only what was known at K; facts effective after T are left out
//! here. May never happen here: a figure that depends on the order of the facts, or a write-off that lowers a denominator.

mod fold;

use super::quotient::Quotient;
use crate::calendar::{CivilDate, Month};
use crate::money::Money;
use rust_decimal::Decimal;

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
    fold::run(facts, query, is_household)
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
