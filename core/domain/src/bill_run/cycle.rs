//! Which cycles of an attachment are billed in which months.
//!
//! Cycles follow each other from the first day of the attachment that has a tariff; the tariff of a cycle's first day
//! says how long it is, what its months are, and whether it is billed when it begins or when it ends.

use super::plan::SkipReason;
use crate::calendar::{CivilDate, DateRange, Month};
use crate::fee_item::{FeeItemState, MonthBasis, TariffSet, Timing};
use crate::rule::months::{AnchorDay, Cycle, cuts};
use crate::unit::Attachment;
use std::ops::RangeInclusive;

/// A cycle that is billed: as long as its tariff says, cut by the ends of the attachment, the go-live day and what the old books
/// billed.
#[derive(Debug, Clone, Copy)]
pub(super) struct BilledCycle<'a> {
    /// The days it covers.
    pub service: DateRange,
    /// The tariff version of its first day: due rule, timing, cycle length.
    pub tariff: &'a TariffSet,
    /// How its months are counted.
    pub months: Cycle,
}

/// From when a fee item of a unit is billed here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Live {
    /// First day that the community bills at all, if there is a bound.
    pub go_live_on: Option<CivilDate>,
    /// First day that the old books had not billed, if they say so.
    pub billed_until: Option<CivilDate>,
}

/// A cycle of one of the months, or why there is none.
pub(super) type Found<'a> = Result<BilledCycle<'a>, (DateRange, SkipReason)>;

/// The cycles of an attachment that begin (advance) or end (arrears) in some months.
pub(super) fn billed_in<'a>(
    attachment: &Attachment,
    item: &'a FeeItemState,
    live: Live,
    months: &RangeInclusive<Month>,
) -> Vec<Found<'a>> {
    let end = attachment.until.unwrap_or(CivilDate::MAX);
    let last_day = months.end().last_day();
    let mut found = Vec::new();
    let mut at = attachment.from;
    while at < end && at <= last_day {
        let Some(tariff) = item.tariff_on(at) else {
            let next = item.tariffs().next_change(at).unwrap_or(end).min(end);
            found.extend(DateRange::new(at, next).ok().and_then(|gap| without_tariff(gap, months)));
            at = next;
            continue;
        };
        let basis = basis(tariff, attachment);
        let Some(cycle) = cycle_from(at, end, tariff, basis) else { break };
        at = cycle.until();
        found.extend(in_months(cycle, tariff, basis, live, months));
    }
    found
}

/// The whole cycle that begins on a day, cut by the attachment's end.
fn cycle_from(from: CivilDate, end: CivilDate, tariff: &TariffSet, basis: Cycle) -> Option<DateRange> {
    let rest = DateRange::new(from, end).ok()?;
    let months = usize::try_from(tariff.cycle_months.0.max(1)).ok()?;
    // The broken month in which a cycle begins counts as its first.
    let until = cuts(rest, basis).take(months).last()?.service.until();
    DateRange::new(from, until).ok()
}

/// What the months of an item are, from a tariff and the first day of the attachment.
pub(super) fn basis(tariff: &TariffSet, attachment: &Attachment) -> Cycle {
    match (tariff.basis, AnchorDay::new(attachment.from.day())) {
        (MonthBasis::Anniversary, Some(anchor)) => Cycle::Anniversary(anchor),
        _ => Cycle::Calendar,
    }
}

fn in_months<'a>(
    cycle: DateRange,
    tariff: &'a TariffSet,
    basis: Cycle,
    live: Live,
    months: &RangeInclusive<Month>,
) -> Option<Found<'a>> {
    let live_from = live.go_live_on.max(live.billed_until).map_or(cycle.from(), |day| day.max(cycle.from()));
    let (service, billable) = match DateRange::new(live_from, cycle.until()) {
        Ok(service) => (service, true),
        Err(_) => (cycle, false),
    };
    let billed_in = match tariff.timing {
        Timing::Advance => service.from().month(),
        Timing::Arrears => service.until().day_before().month(),
    };
    if !months.contains(&billed_in) {
        return None;
    }
    let billed = BilledCycle { service, tariff, months: basis };
    let before = live.go_live_on.is_some_and(|day| cycle.until() <= day);
    let reason = if before { SkipReason::BeforeGoLive } else { SkipReason::AlreadyCharged };
    Some(if billable { Ok(billed) } else { Err((service, reason)) })
}

fn without_tariff<'a>(gap: DateRange, months: &RangeInclusive<Month>) -> Option<Found<'a>> {
    let asked = DateRange::new(months.start().first_day(), months.end().next().first_day()).ok()?;
    gap.intersection(asked).map(|days| Err((days, SkipReason::TariffMissing)))
}
