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
}

/// A decrease of the open principal, on its value date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decrease {
    /// `value_on` of a payment, or the day of a waiver or reduction.
    pub on: CivilDate,
    /// How much; zero or more.
    pub amount: Money,
}

/// A late fee as of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateFee {
    /// The total to that day, rounded once.
    pub amount: Money,
    /// Days that added something, also past the cap.
    pub days: i64,
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
/// `principal` is what was charged; `decreases` come in any order, also before `due_on` or after `as_of`.
///
/// # Errors
/// [`LateFeeError`] for a policy or amounts that are none.
pub fn late_fee(
    principal: Money,
    due_on: CivilDate,
    as_of: CivilDate,
    policy: &LateFeePolicy,
    decreases: &[Decrease],
) -> Result<LateFee, LateFeeError> {
    check(principal, policy, decreases)?;
    // Days are counted from the due date: 1 is the day after it.
    let mut steps: Vec<(i64, Money)> =
        decreases.iter().map(|decrease| (due_on.days_until(decrease.on), decrease.amount)).collect();
    steps.sort_unstable_by_key(|step| step.0);
    let open_at =
        |day: i64| steps.iter().take_while(|step| step.0 <= day).fold(principal, |open, step| less(open, step.1));

    let (last, grace) = (due_on.days_until(as_of), i64::from(policy.grace_days));
    let first = match policy.grace_mode {
        GraceMode::Skip => grace + 1,
        GraceMode::Retroactive if open_at(grace).is_zero() => return Ok(NOTHING),
        GraceMode::Retroactive => 1,
    };
    if last <= grace || policy.daily_rate.is_zero() {
        return Ok(NOTHING);
    }
    let (fen_days, days) = principal_days(principal, &steps, first, last);
    let total = Quotient::int(fen_days)
        .over(Quotient::int(100))?
        .times(Quotient::of(policy.daily_rate))?
        .round(RoundTo::Fen)?;
    let cap = match policy.cap_ratio {
        Some(ratio) => Quotient::of(open_at(0).decimal()).times(Quotient::of(ratio))?.round(RoundTo::Fen)?,
        None => total,
    };
    // Rounding keeps the order, so the lesser of both rounded is the rounded lesser.
    Ok(LateFee { amount: total.min(cap), days })
}

const NOTHING: LateFee = LateFee { amount: Money::ZERO, days: 0 };

fn check(principal: Money, policy: &LateFeePolicy, decreases: &[Decrease]) -> Result<(), LateFeeError> {
    if policy.daily_rate < Decimal::ZERO || policy.daily_rate > Decimal::ONE {
        return Err(LateFeeError::RateOutOfRange);
    }
    if policy.cap_ratio.is_some_and(|ratio| ratio < Decimal::ZERO) {
        return Err(LateFeeError::CapNegative);
    }
    let negative = principal.is_negative() || decreases.iter().any(|decrease| decrease.amount.is_negative());
    if negative { Err(LateFeeError::AmountNegative) } else { Ok(()) }
}

/// Sum of the principal open at the end of each day from `first` to `last`, in fen, and the days on which any was open.
fn principal_days(principal: Money, steps: &[(i64, Money)], first: i64, last: i64) -> (i128, i64) {
    let (mut open, mut day, mut fen_days, mut days) = (principal, first, 0_i128, 0_i64);
    let after = last + 1;
    for (on, amount) in steps.iter().copied().chain([(after, Money::ZERO)]) {
        let until = on.clamp(day, after);
        if open.is_positive() {
            fen_days += i128::from(open.fen()) * i128::from(until - day);
            days += until - day;
        }
        day = until;
        open = less(open, amount);
    }
    (fen_days, days)
}

/// What stays open; money beyond it is credit elsewhere.
fn less(open: Money, amount: Money) -> Money {
    open.fold(amount.negated()).max(Money::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(offset: u32) -> CivilDate {
        CivilDate::new(2026, 1, 1).unwrap().plus_days(offset)
    }

    fn policy(rate: &str, grace_days: u32, grace_mode: GraceMode) -> LateFeePolicy {
        LateFeePolicy { daily_rate: rate.parse().unwrap(), grace_days, grace_mode, cap_ratio: None }
    }

    fn fee(policy: &LateFeePolicy, as_of: u32, paid: &[(u32, i64)]) -> (i64, i64) {
        let decreases: Vec<_> =
            paid.iter().map(|(on, fen)| Decrease { on: day(*on), amount: Money::from_fen(*fen) }).collect();
        let fee = late_fee(Money::from_fen(100_000), day(30), day(as_of), policy, &decreases).unwrap();
        (fee.amount.fen(), fee.days)
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
    fn refusals_have_names() {
        let code = |principal: i64, policy: LateFeePolicy, paid: i64| {
            let decrease = Decrease { on: day(31), amount: Money::from_fen(paid) };
            late_fee(Money::from_fen(principal), day(30), day(60), &policy, &[decrease]).unwrap_err().code()
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
