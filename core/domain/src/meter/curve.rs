//! What a meter counted up to any day: between two readings evenly, to 4 decimals, so that parts sum to the whole.
//!
//! Every part is a difference of two rounded sums, and the sum at a reading is the reading's own: the last part of a usage
//! takes the rest, however it is cut.
//!
//! A tier year is that of the day which decides: of a day of use itself, or of the reading that counted it.

use super::state::{MeterState, Point};
use crate::calendar::{CivilDate, DateRange};
use crate::fee_item::PricedBy;
use crate::rule::quotient::{Quotient, TooLarge};
use rust_decimal::Decimal;

/// Quantities are cut to so many decimals.
const DECIMALS: u32 = 4;

impl MeterState {
    /// The day of the opening reading.
    pub fn opened_on(&self) -> Option<CivilDate> {
        self.points().first().map(|point| point.on)
    }

    /// Counted before a day since the opening reading; none before it and after the last reading.
    pub fn total_on(&self, day: CivilDate) -> Option<Decimal> {
        let after = self.points().partition_point(|point| point.on <= day);
        let before = self.points().get(after.checked_sub(1)?)?;
        if before.on == day {
            return Some(before.total.decimal());
        }
        between(before, self.points().get(after)?, day).ok()
    }

    /// Counted in some days.
    pub fn used_in(&self, days: DateRange) -> Option<Decimal> {
        self.total_on(days.until())?.checked_sub(self.total_on(days.from())?)
    }

    /// The day that decides the price and the tier year of a day of use; none when no reading has counted it yet.
    pub fn decides(&self, by: PricedBy, day: CivilDate) -> Option<CivilDate> {
        match by {
            PricedBy::UsageDays => Some(day),
            PricedBy::ReadingDay => {
                let points = self.points();
                points.get(points.partition_point(|point| point.on <= day)).map(|point| point.on)
            }
        }
    }

    /// The first day of use of the tier year of a day that decides: 1 January, or the last reading before it when readings
    /// decide; never before the opening reading.
    pub fn tier_year_from(&self, by: PricedBy, decides: CivilDate) -> Option<CivilDate> {
        let (opened_on, year) = (self.opened_on()?, year_begin(decides));
        let before = self.points().iter().rev().map(|point| point.on).find(|on| *on < year);
        Some(match by {
            PricedBy::UsageDays => year.max(opened_on),
            PricedBy::ReadingDay => before.unwrap_or(opened_on),
        })
    }

    /// Counted before a day of use in its tier year, with what the opening reading says of before.
    pub fn used_in_year(&self, by: PricedBy, day: CivilDate) -> Option<Decimal> {
        let decides = self.decides(by, day)?;
        let (opened_on, from) = (self.opened_on()?, self.tier_year_from(by, decides)?);
        let in_year = year_begin(opened_on) == year_begin(decides);
        let said = if in_year { self.used_before_opening().decimal() } else { Decimal::ZERO };
        self.total_on(day)?.checked_sub(self.total_on(from)?)?.checked_add(said)
    }
}

/// The first day of a day's calendar year.
pub(crate) fn year_begin(day: CivilDate) -> CivilDate {
    CivilDate::new(day.month().year(), 1, 1).unwrap_or(CivilDate::MIN)
}

fn between(before: &Point, after: &Point, day: CivilDate) -> Result<Decimal, TooLarge> {
    let usage = after.total.decimal().checked_sub(before.total.decimal()).ok_or(TooLarge)?;
    let days = |until: CivilDate| Quotient::int(before.on.days_until(until).into());
    let part = Quotient::of(usage).times(days(day))?.over(days(after.on))?.to_decimal(DECIMALS)?;
    before.total.decimal().checked_add(part).ok_or(TooLarge)
}
