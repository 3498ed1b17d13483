//! The cut of a whole into month charges: month k gets round(whole × months so far ÷ months) − what earlier months got.
//!
//! May never happen here: parts that do not sum to the whole. Parts are always in fen, however the whole was rounded.

use super::months::Months;
use super::quotient::{Quotient, TooLarge};
use crate::money::{Money, RoundTo};

/// More months than there are between 1990 and 2100.
const MONTHS_LIMIT: usize = 111 * 12 + 1;

/// Why a whole cannot be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MonthPartsError {
    /// No months, or months without any time.
    #[error("a whole is cut into one month or more")]
    MonthsMissing,
    /// More months than the calendar of the ledger has.
    #[error("there are too many months")]
    MonthsOutOfRange,
    /// A whole below zero.
    #[error("a whole must not be negative")]
    AmountNegative,
    /// A step of the computation is out of range.
    #[error("the amount is out of range")]
    AmountOutOfRange,
}

impl MonthPartsError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::MonthsMissing => "months_missing",
            Self::MonthsOutOfRange => "months_out_of_range",
            Self::AmountNegative => "amount_negative",
            Self::AmountOutOfRange => "amount_out_of_range",
        }
    }
}

impl From<TooLarge> for MonthPartsError {
    fn from(TooLarge: TooLarge) -> Self {
        Self::AmountOutOfRange
    }
}

/// Cuts a whole over its months, given as their exact lengths in order; one part per month.
///
/// # Errors
/// [`MonthPartsError`] for a negative whole, no months or too many.
pub fn cut(whole: Money, months: &[Months]) -> Result<Vec<Money>, MonthPartsError> {
    if whole.is_negative() {
        return Err(MonthPartsError::AmountNegative);
    }
    if months.len() > MONTHS_LIMIT {
        return Err(MonthPartsError::MonthsOutOfRange);
    }
    let all = months.iter().fold(Months::NONE, |sum, month| sum.plus(*month));
    if all == Months::NONE {
        return Err(MonthPartsError::MonthsMissing);
    }
    let per_month = Quotient::of(whole.decimal()).over(all.exact()?)?;
    let (mut so_far, mut given) = (Months::NONE, Money::ZERO);
    let mut parts = Vec::with_capacity(months.len());
    for month in months {
        so_far = so_far.plus(*month);
        let reached = per_month.times(so_far.exact()?)?.round(RoundTo::Fen)?;
        parts.push(reached.minus(given).map_err(|_| TooLarge)?);
        given = reached;
    }
    Ok(parts)
}

/// Cuts a whole over so many whole months.
///
/// # Errors
/// [`MonthPartsError`] as [`cut`].
pub fn cut_evenly(whole: Money, months: u32) -> Result<Vec<Money>, MonthPartsError> {
    match usize::try_from(months) {
        Ok(months) if months <= MONTHS_LIMIT => cut(whole, &vec![Months::ONE; months]),
        _ => Err(MonthPartsError::MonthsOutOfRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::DateRange;
    use crate::rule::months::{Cycle, cuts};
    use proptest::prelude::*;

    #[test]
    fn broken_months_get_their_exact_share() {
        // 15 of 31 days of March, all of April, 9 of 31 days of May: 24/31 + 1 months.
        let service = DateRange::new("2026-03-17".parse().unwrap(), "2026-05-10".parse().unwrap()).unwrap();
        let months: Vec<Months> = cuts(service, Cycle::Calendar).map(|cut| cut.months).collect();
        let parts = cut("177.42".parse().unwrap(), &months).unwrap();
        assert_eq!(format!("{parts:?}"), "[48.39, 100.00, 29.03]");
    }

    #[test]
    fn what_cannot_be_cut_is_refused_by_name() {
        let code = |whole: i64, months: &[Months]| cut(Money::from_fen(whole), months).unwrap_err().code();
        assert_eq!(code(100, &[]), "months_missing");
        assert_eq!(code(100, &[Months::NONE]), "months_missing");
        assert_eq!(code(100, &[Months::ONE; 1334]), "months_out_of_range");
        assert_eq!(code(-1, &[Months::ONE]), "amount_negative");
        assert_eq!(cut_evenly(Money::ZERO, u32::MAX).unwrap_err().code(), "months_out_of_range");
    }

    #[test]
    fn the_longest_and_largest_cut_is_computed() {
        let parts = cut(Money::from_fen(999_999_999_999), &[Months::ONE; 1332]).unwrap();
        assert_eq!(parts.iter().copied().sum::<Money>().fen(), 999_999_999_999);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_parts_sum_to_the_whole(fen in 0_i64..=999_999_999_999, day in 1_u32..=28, days in 1_u32..900) {
            let from = crate::calendar::CivilDate::new(2027, 2, day).unwrap();
            let service = DateRange::new(from, from.plus_days(days)).unwrap();
            let months: Vec<Months> = cuts(service, Cycle::Calendar).map(|cut| cut.months).collect();
            let parts = cut(Money::from_fen(fen), &months).unwrap();
            prop_assert!(parts.iter().all(|part| !part.is_negative()));
            prop_assert_eq!(parts.into_iter().sum::<Money>().fen(), fen);
        }
    }
}
