//! Service time counted in months: calendar months, or anchored months that run from anchor day to anchor day.
//!
//! May never happen here: a month fraction that is rounded. Every month has 28 to 31 days, so every sum of fractions is a
//! whole number of 1/377,580 (the least common multiple of 28, 29, 30 and 31).

use super::quotient::{Quotient, TooLarge};
use crate::calendar::{CivilDate, DateRange};
use chrono::{Datelike, NaiveDate};

const PARTS_OF_A_MONTH: u32 = 377_580;

/// The basis on which months are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// Calendar months; a partial one counts its days covered ÷ its days.
    Calendar,
    /// Months from anchor day to anchor day, clamped to a month's last day and always from the original anchor.
    Anniversary(AnchorDay),
}

/// A day of the month, 1–31, from which anchored months run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnchorDay(u32);

impl AnchorDay {
    /// From 1–31; nothing otherwise.
    pub fn new(day: u32) -> Option<Self> {
        (1..=31).contains(&day).then_some(Self(day))
    }

    /// The day, 1–31.
    pub fn day(self) -> u32 {
        self.0
    }

    /// The anchor inside the calendar month of a first day.
    fn within(self, first: NaiveDate) -> Option<NaiveDate> {
        first.with_day(self.0.min(first.num_days_in_month().into()))
    }
}

/// An exact number of months, whole or broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Months(u32);

impl Months {
    /// No time at all.
    pub const NONE: Self = Self(0);
    /// One whole month.
    pub const ONE: Self = Self(PARTS_OF_A_MONTH);

    /// The exact sum; it cannot overflow for service times between 1990 and 2100 and is clamped beyond them.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// As a fraction in lowest terms: numerator and denominator.
    pub fn fraction(self) -> (u32, u32) {
        let (mut common, mut rest) = (PARTS_OF_A_MONTH, self.0);
        while let Some(next) = common.checked_rem(rest) {
            (common, rest) = (rest, next);
        }
        (self.0 / common, PARTS_OF_A_MONTH / common)
    }

    /// The number as an exact quotient.
    pub(crate) fn exact(self) -> Result<Quotient, TooLarge> {
        Quotient::int(self.0.into()).over(Quotient::int(PARTS_OF_A_MONTH.into()))
    }
}

/// One month of a cycle, or the piece of it that a service time covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthCut {
    /// The days covered.
    pub service: DateRange,
    /// How much of the month they are.
    pub months: Months,
    /// Days of the whole month that they lie in.
    pub month_days: u32,
    /// The first day of the whole month that they lie in: a charge's period is the calendar month of the first service
    /// day, an anchored month's that of its first day.
    pub month_from: CivilDate,
}

/// Cuts a service time at the month borders of its cycle, in order, without a gap.
pub fn cuts(service: DateRange, cycle: Cycle) -> impl Iterator<Item = MonthCut> {
    let mut from = service.from();
    std::iter::from_fn(move || {
        let (month_from, month_until) = month_around(from.naive(), cycle)?;
        // A month that ends outside the calendar of the ledger ends after any service time.
        let month_end = CivilDate::from_naive(month_until).unwrap_or(service.until());
        let covered = DateRange::new(from, month_end.min(service.until())).ok()?;
        from = covered.until();
        let month_days = month_until.signed_duration_since(month_from).num_days();
        let part_per_day = i64::from(PARTS_OF_A_MONTH).checked_div(month_days)?;
        let parts = covered.days().checked_mul(part_per_day)?;
        Some(MonthCut {
            service: covered,
            months: Months(u32::try_from(parts).ok()?),
            month_days: u32::try_from(month_days).ok()?,
            month_from: CivilDate::from_naive(month_from).unwrap_or(covered.from()),
        })
    })
}

/// The exact length of a service time.
pub fn length(service: DateRange, cycle: Cycle) -> Months {
    cuts(service, cycle).fold(Months::NONE, |sum, cut| sum.plus(cut.months))
}

/// The month that a day lies in, as plain dates: its borders may lie outside 1990–2100 when the day does not.
fn month_around(day: NaiveDate, cycle: Cycle) -> Option<(NaiveDate, NaiveDate)> {
    let first = day.with_day(1)?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    let Cycle::Anniversary(anchor) = cycle else {
        return Some((first, next));
    };
    let here = anchor.within(first)?;
    if here <= day {
        Some((here, anchor.within(next)?))
    } else {
        Some((anchor.within(first.checked_sub_months(chrono::Months::new(1))?)?, here))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(from: &str, until: &str) -> DateRange {
        DateRange::new(from.parse().unwrap(), until.parse().unwrap()).unwrap()
    }

    fn anchored(day: u32) -> Cycle {
        Cycle::Anniversary(AnchorDay::new(day).unwrap())
    }

    #[test]
    fn anchors_at_the_end_of_a_month_are_clamped_and_come_back() {
        let starts: Vec<String> =
            cuts(service("2026-01-31", "2026-05-31"), anchored(31)).map(|cut| cut.month_from.to_string()).collect();
        assert_eq!(starts, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
        for (from, until, day) in
            [("2028-01-30", "2028-02-29", 30), ("2027-01-29", "2027-02-28", 29), ("2026-02-28", "2026-03-31", 31)]
        {
            assert_eq!(length(service(from, until), anchored(day)), Months::ONE, "{from}");
        }
    }

    #[test]
    fn a_broken_month_counts_its_days() {
        // [20 May, 20 Jun) has 31 days, of which 16 are covered.
        let length = length(service("2026-03-20", "2026-06-05"), anchored(20));
        assert_eq!(length, Months(2 * PARTS_OF_A_MONTH + 16 * (PARTS_OF_A_MONTH / 31)));
        // Both ends inside one anchored month.
        assert_eq!(
            super::length(service("2026-04-01", "2026-04-11"), anchored(20)),
            Months(10 * (PARTS_OF_A_MONTH / 31))
        );
        assert_eq!(super::length(service("2028-02-01", "2029-02-01"), Cycle::Calendar), Months(12 * PARTS_OF_A_MONTH));
    }

    #[test]
    fn cuts_cover_the_service_time_without_a_gap() {
        for cycle in [Cycle::Calendar, anchored(1), anchored(17), anchored(30), anchored(31)] {
            let whole = service("2027-11-05", "2029-03-02");
            let mut at = whole.from();
            for cut in cuts(whole, cycle) {
                assert_eq!(cut.service.from(), at);
                assert!(cut.month_from <= at && cut.months <= Months::ONE && cut.months > Months::NONE);
                at = cut.service.until();
            }
            assert_eq!(at, whole.until());
        }
    }

    #[test]
    fn the_borders_of_the_calendar_do_not_loop_or_panic() {
        assert_eq!(length(service("1990-01-01", "2100-12-31"), Cycle::Calendar).0 % PARTS_OF_A_MONTH, 30 * 12_180);
        // The first anchored month begins in 1989, the last one ends in 2101.
        let first = cuts(service("1990-01-01", "1990-01-02"), anchored(15)).next().unwrap();
        assert_eq!(
            (first.months, first.month_from.to_string().as_str()),
            (Months(PARTS_OF_A_MONTH / 31), "1990-01-01")
        );
        let last = cuts(service("2100-12-20", "2100-12-31"), anchored(15)).last().unwrap();
        assert_eq!(last.months, Months(11 * (PARTS_OF_A_MONTH / 31)));
        assert!(AnchorDay::new(0).is_none() && AnchorDay::new(32).is_none());
    }
}
