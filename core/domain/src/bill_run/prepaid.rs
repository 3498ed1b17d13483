//! The months of a prepayment 预缴: one line over all of its days, however many cycles they are and whenever one of them is
//! billed again.

use super::cut::pieces;
use super::cycle::{BilledCycle, Live, basis as months_of, billed_in};
use super::plan::{Basis, Planned, PlannedLine, Skip, SkipReason, is_for_time, plan_cycle};
use crate::account::{ChargeSpec, DiscountKind};
use crate::calendar::{CivilDate, DateRange, Month};
use crate::fee_item::FeeItemState;
use crate::id::{BillLineId, FeeItemId};
use crate::refusal::Refusal;
use crate::rule::months::{MonthCut, Months, cuts};
use crate::unit::{Attachment, UnitRefusal, UnitState};
use std::ops::RangeInclusive;

/// The most months of a cycle.
const CYCLE_LIMIT: usize = 12;

/// The days of the line that a piece of a cycle is billed with: the piece, or all days of a prepayment for which the same
/// terms hold, so that each month gets the same of it whichever are billed.
pub(super) fn line_days(
    unit: &UnitState,
    (fee_item, item): (FeeItemId, &FeeItemState),
    cycle: &BilledCycle<'_>,
    piece: DateRange,
) -> DateRange {
    let prepaid = unit.discounts().iter().find(|have| {
        have.fee_item == fee_item && have.applied.kind == DiscountKind::Prepayment && have.covers(piece.from())
    });
    let days = prepaid.and_then(|have| DateRange::new(have.from, have.until).ok());
    let around = days.and_then(|days| {
        let mut same = pieces(days, unit, fee_item, item).into_iter().map(|(days, _)| days);
        same.find(|days| days.contains(piece.from()) && piece.until() <= days.until())
    });
    let tiled = |around: &DateRange| {
        let months: Vec<DateRange> =
            cuts(*around, cycle.months).map(|cut| cut.service).filter(|days| days.overlaps(piece)).collect();
        let ends = (months.first().map(|days| days.from()), months.last().map(|days| days.until()));
        ends == (Some(piece.from()), Some(piece.until()))
    };
    around.filter(tiled).unwrap_or(piece)
}

/// The first whole month of an item after everything that is charged or was billed by the old books.
pub(crate) fn first_uncharged(basis: &Basis<'_>, fee_item: FeeItemId, item: &FeeItemState) -> Option<CivilDate> {
    let charged = basis.account.charges().filter(|have| is_for_time(have, fee_item));
    let charged = charged.map(|have| have.service.until()).max();
    let old_books = basis.account.billed_until(fee_item).map(|(day, _)| day);
    let since = charged.max(old_books).max(basis.community.go_live_on());
    let mut attached: Vec<&Attachment> = basis.unit.attachments().iter().filter(|a| a.fee_item == fee_item).collect();
    attached.sort_by_key(|attachment| attachment.from);
    attached.into_iter().find_map(|attachment| {
        let from = since.map_or(attachment.from, |day| day.max(attachment.from));
        let rest = DateRange::new(from, attachment.until.unwrap_or(CivilDate::MAX)).ok()?;
        let months = months_of(item.tariff_on(from)?, attachment);
        let whole = cuts(rest, months).find(|cut| cut.months == Months::ONE);
        whole.map(|cut| cut.service.from())
    })
}

/// So many whole months of an item from a day on.
///
/// # Errors
/// [`UnitRefusal`] when the day is not the first of a month, or the item has no price or is not attached for all of them.
pub(crate) fn whole_months(
    unit: &UnitState,
    (fee_item, item): (FeeItemId, &FeeItemState),
    from: CivilDate,
    count: u32,
) -> Result<DateRange, Refusal> {
    let unattached = UnitRefusal::PrepaidMonthsMustBeAttached;
    let attachment = unit.attachments().iter().find(|have| have.fee_item == fee_item && have.covers(from));
    let attachment = attachment.ok_or_else(|| unattached.with("on", from))?;
    let tariff = item.tariff_on(from).ok_or_else(|| unbillable(SkipReason::TariffMissing).with("from", from))?;
    let end = attachment.until.unwrap_or(CivilDate::MAX);
    let rest = DateRange::new(from, end).map_err(|_| unattached)?;
    let months: Vec<MonthCut> =
        cuts(rest, months_of(tariff, attachment)).take(usize::try_from(count).unwrap_or(usize::MAX)).collect();
    if months.first().is_some_and(|first| first.month_from != from) {
        return Err(UnitRefusal::PrepaidMonthsMustBeWhole.with("from", from));
    }
    let whole = months.iter().filter(|month| month.months == Months::ONE).count();
    match months.last() {
        Some(last) if u32::try_from(whole) == Ok(count) => {
            Ok(DateRange::new(from, last.service.until()).map_err(|_| unattached)?)
        }
        _ => Err(unattached.with("on", end)),
    }
}

fn unbillable(reason: SkipReason) -> Refusal {
    UnitRefusal::PrepaidMonthsMustBeBillable.with("reason", reason)
}

/// The month charges of some whole months of one item, none of them left out; a line for each stretch of the same terms.
///
/// # Errors
/// [`UnitRefusal::PrepaidMonthsMustBeBillable`] with the reason for which some of them cannot be charged.
pub(crate) fn plan_prepaid(basis: &Basis<'_>, days: DateRange) -> Result<Vec<PlannedLine>, Refusal> {
    let mut planned = Planned::default();
    for (fee_item, item) in basis.fee_items {
        let billed_until = basis.account.billed_until(*fee_item).map(|(day, _)| day);
        let live = Live { go_live_on: basis.community.go_live_on(), billed_until };
        let attached = basis.unit.attachments().iter().filter(|a| a.fee_item == *fee_item && a.is_within(days));
        for found in attached.flat_map(|attachment| billed_in(attachment, item, live, &basis.months)) {
            match found {
                Ok(cycle) => {
                    if let Some(service) = cycle.service.intersection(days) {
                        plan_cycle(basis, *fee_item, item, &BilledCycle { service, ..cycle }, &mut planned);
                    }
                }
                Err((service, reason)) if service.overlaps(days) => {
                    planned.skips.push(Skip { fee_item: *fee_item, service: Some(service), reason, missing: None });
                }
                Err(_) => {}
            }
        }
    }
    if let Some(skip) = planned.skips.first() {
        let refusal = unbillable(skip.reason);
        let refusal = skip
            .service
            .iter()
            .fold(refusal, |refusal, days| refusal.with("from", days.from()).with("until", days.until()));
        return Err(skip.missing.iter().fold(refusal, |refusal, name| refusal.with("missing", name)));
    }
    let nil = BillLineId(uuid::Uuid::nil());
    let mut specs: Vec<ChargeSpec> = planned.lines.into_iter().flat_map(|line| line.into_specs(nil, None)).collect();
    specs.sort_by_key(|spec| spec.service.from());
    // What the go-live day or the old books cut off is no skip of its own.
    let reached =
        specs.iter().try_fold(days.from(), |day, spec| (spec.service.from() == day).then_some(spec.service.until()));
    if reached != Some(days.until()) {
        return Err(unbillable(SkipReason::AlreadyCharged).with("from", days.from()));
    }
    let of_one_line = |one: &ChargeSpec, next: &ChargeSpec| line_of(one) == line_of(next);
    Ok(specs.chunk_by(of_one_line).map(|line| PlannedLine::of(line.to_vec())).collect())
}

fn line_of(spec: &ChargeSpec) -> Option<DateRange> {
    spec.share.as_ref().map(|share| share.line)
}

/// The months in which cycles of some days may be billed.
pub(crate) fn billed_around(days: DateRange) -> RangeInclusive<Month> {
    let first = (0..CYCLE_LIMIT).fold(days.from().month(), |month, _| month.previous());
    let last = (0..CYCLE_LIMIT).fold(days.until().month(), |month, _| month.next());
    first..=last
}
