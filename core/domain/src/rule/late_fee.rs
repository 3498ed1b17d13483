//! The late fee 违约金 on one charge as of any day: contractual, simple, computed on read and never posted by time alone.
//!
//! May never happen here: a fee on a fee, or more than one rounding. Which principal counts (not what the holder's free
//! credit could have paid) and which policy holds (that of the due date) is the caller's.

use super::quotient::{Quotient, TooLarge};
use crate::calendar::CivilDate;
use crate::money::{Money, RoundTo};
use crate::wire::words;
use rust_decimal::Decimal;

words! {
    /// What grace days do once they are over.
    pub enum GraceMode {
        /// The count starts after them.
        Skip = "skip",
        /// The count starts on the day after `due_on`, once they have run out with principal open.
        Retroactive = "retroactive",
    }
}

/// What was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateFeePolicy {
    /// Of the open principal per day, 0–1.
    pub daily_rate: Decimal,
    /// Days after `due_on` without a fee.
    pub grace_days: u32,
    /// What they do once they are over.
    pub grace_mode: GraceMode,
    /// Of the principal open at the end of `due_on`; nothing when the fee is not capped.
    pub cap_ratio: Option<Decimal>,
    /// Where the total is rounded to.
    pub round_to: RoundTo,
}

/// What a late fee grows on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debt<'a> {
    /// What was charged.
    pub principal: Money,
    /// When it was due.
    pub due_on: CivilDate,
    /// No day before it counts, such as those of the old books; absent: all days do.
    pub counts_from: Option<CivilDate>,
    /// What lowered it, in any order, also before `due_on` or after the day asked about.
    pub decreases: &'a [Decrease],
}

/// A decrease of the open principal, on its value date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Decrease {
    /// `value_on` of a payment, or the day of a waiver.
    pub on: CivilDate,
    /// The first day on which it was none any more; absent: it stands.
    pub until: Option<CivilDate>,
    /// How much; zero or more.
    pub amount: Money,
}

/// Days in a row with the same principal open at their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: CivilDate,
    /// Last day.
    pub to: CivilDate,
    /// How many.
    pub days: i64,
    /// Open at the end of each.
    pub principal: Money,
}

/// A late fee as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LateFee {
    /// The total to that day, rounded once.
    pub amount: Money,
    /// Days that added something, also past the cap.
    pub days: i64,
    /// Those days.
    pub spans: Vec<Span>,
    /// What the total is capped at; absent when it is not.
    pub cap: Option<Money>,
}

/// Why a late fee cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LateFeeError {
    /// A rate outside 0–1.
    #[error("a daily rate lies between 0 and 1")]
    RateOutOfRange,
    /// A cap below zero.
    #[error("a cap must not be negative")]
    CapNegative,
    /// A principal or payment below zero.
    #[error("an amount must not be negative")]
    AmountNegative,
    /// A step of the computation is out of range.
    #[error("the amount is out of range")]
    AmountOutOfRange,
}

impl LateFeeError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::RateOutOfRange => "rate_out_of_range",
            Self::CapNegative => "cap_negative",
            Self::AmountNegative => "amount_negative",
            Self::AmountOutOfRange => "amount_out_of_range",
        }
    }
}

impl From<TooLarge> for LateFeeError {
    fn from(TooLarge: TooLarge) -> Self {
        Self::AmountOutOfRange
    }
}

/// The late fee on a charge as of the end of a day.
///
/// # Errors
/// [`LateFeeError`] for a policy or amounts that are none.
pub fn late_fee(debt: Debt<'_>, as_of: CivilDate, policy: &LateFeePolicy) -> Result<LateFee, LateFeeError> {
    check(debt, policy)?;
    let due_on = debt.due_on;
    // Days are counted from the due date: 1 is the day after it.
    let mut steps: Vec<(i64, Money)> = Vec::with_capacity(debt.decreases.len());
    for decrease in debt.decreases {
        steps.push((due_on.days_until(decrease.on), decrease.amount.negated()));
        steps.extend(decrease.until.map(|until| (due_on.days_until(until), decrease.amount)));
    }
    steps.sort_unstable_by_key(|step| step.0);
    let open_at = |day: i64| {
        let steps = steps.iter().take_while(|step| step.0 <= day);
        steps.fold(debt.principal, |open, step| open.fold(step.1)).max(Money::ZERO)
    };
    let (last, grace) = (due_on.days_until(as_of), i64::from(policy.grace_days));
    let first = match policy.grace_mode {
        GraceMode::Skip => grace + 1,
        GraceMode::Retroactive if open_at(grace).is_zero() => return Ok(LateFee::default()),
        GraceMode::Retroactive => 1,
    };
    if last <= grace || policy.daily_rate.is_zero() {
        return Ok(LateFee::default());
    }
    let first = debt.counts_from.map_or(first, |day| first.max(due_on.days_until(day)));
    let spans = spans(debt, &steps, first, last);
    let fen_days = spans.iter().map(|span| i128::from(span.principal.fen()) * i128::from(span.days)).sum();
    let total = Quotient::int(fen_days)
        .over(Quotient::int(100))?
        .times(Quotient::of(policy.daily_rate))?
        .round(policy.round_to)?;
    let capped = |ratio| Quotient::of(open_at(0).decimal()).times(Quotient::of(ratio))?.round(policy.round_to);
    let cap = policy.cap_ratio.map(capped).transpose()?;
    // Rounding keeps the order, so the lesser of both rounded is the rounded lesser.
    let amount = cap.map_or(total, |cap| cap.min(total));
    Ok(LateFee { amount, days: spans.iter().map(|span| span.days).sum(), spans, cap })
}

fn check(debt: Debt<'_>, policy: &LateFeePolicy) -> Result<(), LateFeeError> {
    if policy.daily_rate < Decimal::ZERO || policy.daily_rate > Decimal::ONE {
        return Err(LateFeeError::RateOutOfRange);
    }
    if policy.cap_ratio.is_some_and(|ratio| ratio < Decimal::ZERO) {
        return Err(LateFeeError::CapNegative);
    }
    let negative = debt.principal.is_negative() || debt.decreases.iter().any(|decrease| decrease.amount.is_negative());
    if negative { Err(LateFeeError::AmountNegative) } else { Ok(()) }
}

/// The days from `first` to `last` at whose end any principal was open.
fn spans(debt: Debt<'_>, steps: &[(i64, Money)], first: i64, last: i64) -> Vec<Span> {
    let (mut balance, mut day, mut spans) = (debt.principal, first, Vec::<Span>::new());
    let after = last + 1;
    let civil = |day: i64| debt.due_on.plus_days(u32::try_from(day).unwrap_or_default());
    for (on, change) in steps.iter().copied().chain([(after, Money::ZERO)]) {
        let until = on.clamp(day, after.max(day));
        // Money beyond what is owed is credit elsewhere.
        if balance.is_positive() && until > day {
            match spans.last_mut().filter(|span| span.principal == balance && span.to == civil(day - 1)) {
                Some(span) => (span.to, span.days) = (civil(until - 1), span.days + until - day),
                None => {
                    let (from, to) = (civil(day), civil(until - 1));
                    spans.push(Span { from, to, days: until - day, principal: balance });
                }
            }
        }
        day = until;
        balance = balance.fold(change);
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(offset: u32) -> CivilDate {
        CivilDate::new(2026, 1, 1).unwrap().plus_days(offset)
    }

    fn policy(rate: &str, grace_days: u32, grace_mode: GraceMode) -> LateFeePolicy {
        LateFeePolicy {
            daily_rate: rate.parse().unwrap(),
            grace_days,
            grace_mode,
            cap_ratio: None,
            round_to: RoundTo::Fen,
        }
    }

    fn fee(policy: &LateFeePolicy, as_of: u32, paid: &[(u32, i64)]) -> (i64, i64) {
        let fee = late_fee(debt(100_000, &decreases(paid)), day(as_of), policy).unwrap();
        (fee.amount.fen(), fee.days)
    }

    fn decreases(paid: &[(u32, i64)]) -> Vec<Decrease> {
        paid.iter().map(|(on, fen)| Decrease { on: day(*on), until: None, amount: Money::from_fen(*fen) }).collect()
    }

    fn debt(fen: i64, decreases: &[Decrease]) -> Debt<'_> {
        Debt { principal: Money::from_fen(fen), due_on: day(30), counts_from: None, decreases }
    }

    #[test]
    fn grace_days_are_free_or_only_deferred() {
        let skip = policy("0.001", 10, GraceMode::Skip);
        assert_eq!((fee(&skip, 40, &[]), fee(&skip, 41, &[])), ((0, 0), (100, 1)));
        let retroactive = policy("0.001", 10, GraceMode::Retroactive);
        assert_eq!((fee(&retroactive, 40, &[]), fee(&retroactive, 41, &[])), ((0, 0), (1100, 11)));
        // Paid on the last day of grace, on the day after it, in part before it.
        assert_eq!(fee(&retroactive, 60, &[(40, 100_000)]), (0, 0));
        assert_eq!(fee(&retroactive, 60, &[(41, 100_000)]), (1000, 10));
        assert_eq!(fee(&retroactive, 41, &[(35, 50_000)]), (4 * 100 + 7 * 50, 11));
    }

    #[test]
    fn the_cap_is_of_what_was_open_on_the_due_date() {
        let capped = LateFeePolicy { cap_ratio: Some("0.05".parse().unwrap()), ..policy("0.01", 0, GraceMode::Skip) };
        assert_eq!(fee(&capped, 90, &[(30, 50_000)]), (2500, 60));
        assert_eq!(fee(&capped, 90, &[(31, 50_000)]), (5000, 60));
        let none = LateFeePolicy { cap_ratio: Some(Decimal::ZERO), ..capped };
        assert_eq!(fee(&none, 90, &[]), (0, 60));
    }

    #[test]
    fn an_overpayment_ends_the_count_and_later_money_changes_nothing() {
        let plain = policy("0.001", 0, GraceMode::Skip);
        assert_eq!(fee(&plain, 60, &[(36, 150_000), (50, 20_000)]), (500, 5));
        assert_eq!(fee(&plain, 40, &[(41, 100_000)]), (1000, 10));
        assert_eq!(fee(&plain, 29, &[]), (0, 0));
        assert_eq!(fee(&policy("0", 0, GraceMode::Skip), 60, &[]), (0, 0));
    }

    #[test]
    fn money_that_was_taken_back_covered_its_days_and_days_of_the_old_books_do_not_count() {
        let plain = policy("0.001", 0, GraceMode::Skip);
        let paid = Decrease { on: day(36), until: Some(day(41)), amount: Money::from_fen(150_000) };
        let of =
            |counts_from, as_of| late_fee(Debt { counts_from, ..debt(100_000, &[paid]) }, day(as_of), &plain).unwrap();
        let fee = of(None, 45);
        assert_eq!((fee.amount.fen(), fee.days), (1000, 10));
        let shown: Vec<_> = fee.spans.iter().map(|s| (s.from, s.to, s.days, s.principal.fen())).collect();
        assert_eq!(shown, [(day(31), day(35), 5, 100_000), (day(41), day(45), 5, 100_000)]);
        assert_eq!(of(Some(day(35)), 45).amount.fen(), 600);
        assert_eq!(of(Some(day(46)), 45), LateFee::default());
        assert_eq!(of(Some(day(1)), 45), of(None, 45));
    }

    #[test]
    fn the_total_is_rounded_once_to_where_the_policy_says() {
        let yuan = LateFeePolicy { round_to: RoundTo::Yuan, ..policy("0.0005", 0, GraceMode::Skip) };
        assert_eq!((fee(&yuan, 30, &[]), fee(&yuan, 31, &[])), ((0, 0), (100, 1)));
        assert_eq!(fee(&yuan, 32, &[]), (100, 2));
        assert_eq!(fee(&yuan, 33, &[]), (200, 3));
    }

    #[test]
    fn refusals_have_names() {
        let code = |principal: i64, policy: LateFeePolicy, paid: i64| {
            late_fee(debt(principal, &decreases(&[(31, paid)])), day(60), &policy).unwrap_err().code()
        };
        let good = policy("0.001", 0, GraceMode::Skip);
        assert_eq!(code(-1, good, 0), "amount_negative");
        assert_eq!(code(1, good, -1), "amount_negative");
        assert_eq!(code(1, policy("1.1", 0, GraceMode::Skip), 0), "rate_out_of_range");
        assert_eq!(code(1, policy("-0.1", 0, GraceMode::Skip), 0), "rate_out_of_range");
        assert_eq!(code(1, LateFeePolicy { cap_ratio: Some(Decimal::NEGATIVE_ONE), ..good }, 0), "cap_negative");
        let endless = LateFeePolicy { cap_ratio: Some(Decimal::MAX), ..good };
        assert_eq!(code(999_999_999_999, endless, 0), "amount_out_of_range");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_equals_the_sum_day_by_day(
            grace in 0_u32..20,
            retroactive: bool,
            as_of in 20_u32..120,
            paid in prop::collection::vec((0_u32..130, 0_i64..60_000), 0..5),
        ) {
            let mode = if retroactive { GraceMode::Retroactive } else { GraceMode::Skip };
            let open = |day: u32| {
                (100_000 - paid.iter().filter(|(on, _)| *on <= day).map(|(_, fen)| fen).sum::<i64>()).max(0)
            };
            let first = match mode {
                GraceMode::Retroactive if as_of <= 30 + grace || open(30 + grace) == 0 => u32::MAX,
                GraceMode::Retroactive => 31,
                GraceMode::Skip => 31 + grace,
            };
            let days: Vec<i64> = (first..=as_of).map(open).filter(|open| *open > 0).collect();
            let exact = Decimal::new(days.iter().sum::<i64>(), 2) * Decimal::new(5, 4);
            let expected = Money::round(exact, RoundTo::Fen).unwrap().fen();
            let found = fee(&policy("0.0005", grace, mode), as_of, &paid);
            prop_assert_eq!(found, (expected, i64::try_from(days.len()).unwrap()));
        }
    }
}
