//! What a unit owes by its meters: usage between readings, cut where the price, the tier year or the party changes.
//!
//! One charge for each pair of readings and party; it is not cut into months. May never happen here: usage before the
//! opening reading, days that are charged already, an amount that became 0 because a price could not be computed.

use super::inputs::Unpriced;
use super::plan::{Basis, PlannedLine, Skip, SkipReason, due_on};
use super::pricing::{Priced, Pricing};
use crate::account::{ChargeSpec, MeterPoint, Metered, Part, Source};
use crate::calendar::{CivilDate, DateRange};
use crate::fee_item::FeeItemState;
use crate::id::{BillLineId, FeeItemId, MeterId, PartyId};
use crate::meter::{MeterState, Point};
use crate::supplier_bill::Utility;
use crate::value::Exact;

/// Charges of one meter in one command, the oldest first; what is left is billed by asking again.
const CHARGES_LIMIT: usize = 24;
/// Parts of one charge, so that it fits its event.
const PARTS_LIMIT: usize = 12;

/// Who owes some days, and what prices them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Terms {
    obligor: PartyId,
    agreed_payer: Option<PartyId>,
    /// Of the days, one after another.
    parts: Vec<(DateRange, Priced)>,
}

/// Days between two readings that are charged to one party, or why they are not.
type Piece = (DateRange, Result<Terms, Unpriced>);

/// Plans the charges of a fee item that is priced by quantity.
pub(super) fn plan_item(
    basis: &Basis<'_>,
    (fee_item, item): (FeeItemId, &FeeItemState),
    utility: Utility,
    skips: &mut Vec<Skip>,
) -> Vec<PlannedLine> {
    let mut lines = Vec::new();
    let mut skip = |service, reason: Unpriced| {
        skips.push(Skip { fee_item, service, reason: reason.reason, missing: reason.missing });
    };
    let mut found = false;
    for (meter, state) in basis.meters {
        if state.registered().is_none_or(|registered| registered.utility != utility) {
            continue;
        }
        found = true;
        let of =
            Of { basis, pricing: Pricing { unit: basis.unit, fee_item, item, meter: state }, meter: *meter, state };
        let held = state.held().map(|_| SkipReason::ReadingHeld);
        let left_out = match of.charges(&mut skip) {
            Ok(charges) => {
                lines.extend(charges);
                held
            }
            Err(reason) => held.or(Some(reason)),
        };
        if let Some(reason) = left_out {
            skip(None, reason.into());
        }
    }
    if !found {
        skip(None, SkipReason::ReadingMissing.into());
    }
    lines
}

/// One meter of one fee item.
struct Of<'a> {
    basis: &'a Basis<'a>,
    pricing: Pricing<'a>,
    meter: MeterId,
    state: &'a MeterState,
}

impl Of<'_> {
    /// A line for each pair of readings and party up to the last month that is billed.
    fn charges(&self, skip: &mut impl FnMut(Option<DateRange>, Unpriced)) -> Result<Vec<PlannedLine>, SkipReason> {
        let last_day = self.basis.months.end().last_day();
        let first_day = self.basis.months.start().first_day();
        let points = self.state.points();
        let read = points.iter().skip(1).any(|point| first_day <= point.on && point.on <= last_day);
        if !read {
            return Err(SkipReason::ReadingMissing);
        }
        let (mut lines, mut left_out) = (Vec::new(), false);
        for (from, to) in points.iter().zip(points.iter().skip(1)).filter(|(_, to)| to.on <= last_day) {
            for (days, spec) in self.specs(from, to) {
                if lines.len() >= CHARGES_LIMIT {
                    return Ok(lines);
                }
                match spec {
                    Ok(spec) => lines.push(PlannedLine::of(vec![spec])),
                    Err(reason) => {
                        left_out = true;
                        // What was read before was said when its own month was billed.
                        if first_day <= to.on {
                            skip(Some(days), reason);
                        }
                    }
                }
            }
        }
        if lines.is_empty() && !left_out { Err(self.nothing(last_day)) } else { Ok(lines) }
    }

    /// The charges between two readings, or why days are not charged. A formula says an amount for all of a reading or for
    /// none of it: part of it alone could be more than the whole.
    fn specs(&self, from: &Point, to: &Point) -> Vec<(DateRange, Result<ChargeSpec, Unpriced>)> {
        let pieces = self.pieces(from, to).into_iter();
        let spec = |days, terms: Terms| Ok(self.spec((from, to), days, terms)?);
        let mut specs: Vec<_> = pieces.map(|(days, terms)| (days, terms.and_then(|terms| spec(days, terms)))).collect();
        let wrong = Unpriced::from(SkipReason::FormulaInvalid);
        if specs.iter().any(|(_, spec)| spec.as_ref().is_err_and(|reason| *reason == wrong)) {
            specs.iter_mut().filter(|(_, spec)| spec.as_ref().is_ok_and(is_by_formula)).for_each(|(_, spec)| {
                *spec = Err(wrong.clone());
            });
        }
        specs
    }

    /// Why none of what was read by a day is to be charged.
    fn nothing(&self, last_day: CivilDate) -> SkipReason {
        let live_on = self.basis.community.go_live_on();
        let read_on = self.state.points().iter().rev().map(|point| point.on).find(|on| *on <= last_day);
        if self.live().next().is_some() || self.billed_until().is_some() {
            SkipReason::AlreadyCharged
        } else if live_on.is_some_and(|live_on| read_on.is_some_and(|on| on <= live_on)) {
            SkipReason::BeforeGoLive
        } else {
            SkipReason::NotAttached
        }
    }

    /// The days between two readings that are to be charged, cut where the party changes or cannot be told.
    fn pieces(&self, from: &Point, to: &Point) -> Vec<Piece> {
        let Ok(days) = DateRange::new(from.on, to.on) else { return Vec::new() };
        let mut pieces: Vec<Piece> = Vec::new();
        let mut at = days.from();
        for until in self.borders(days) {
            let Ok(piece) = DateRange::new(at, until) else { continue };
            at = until;
            if self.is_out(piece.from()) {
                continue;
            }
            let terms = self.terms(piece);
            let next_to = pieces.last_mut().filter(|(before, _)| before.until() == piece.from());
            match next_to.and_then(|(before, have)| self.joined(have, &terms).then_some(before)) {
                Some(before) => *before = DateRange::new(before.from(), until).unwrap_or(*before),
                None => pieces.push((piece, terms)),
            }
        }
        pieces
    }

    fn borders(&self, days: DateRange) -> Vec<CivilDate> {
        let mut borders = self.pricing.borders(days);
        borders.extend(self.basis.unit.changes_within(days));
        let live = [self.basis.community.go_live_on(), self.billed_until()];
        borders.extend(live.into_iter().flatten());
        for attachment in self.basis.unit.attachments().iter().filter(|have| have.fee_item == self.pricing.fee_item) {
            borders.extend(std::iter::once(attachment.from).chain(attachment.until));
        }
        for charge in self.live() {
            borders.extend([charge.from(), charge.until()]);
        }
        borders.retain(|day| days.from() < *day && *day <= days.until());
        borders.sort_unstable();
        borders.dedup();
        borders
    }

    fn billed_until(&self) -> Option<CivilDate> {
        self.basis.account.billed_until(self.pricing.fee_item).map(|(day, _)| day)
    }

    /// The service times that are charged already.
    fn live(&self) -> impl Iterator<Item = DateRange> {
        let (fee_item, source) = (self.pricing.fee_item, Some(Source::Meter { meter: self.meter }));
        let of_meter = self.basis.account.charges().filter(move |have| {
            !have.reversed && have.booking.fee_item == fee_item && have.source == source && have.part == Part::Principal
        });
        of_meter.map(|have| have.service)
    }

    /// True for days that are charged already, not attached, before going live, or billed by the old books.
    fn is_out(&self, day: CivilDate) -> bool {
        let early = self.basis.community.go_live_on().max(self.billed_until()).is_some_and(|live| day < live);
        let attached = self.basis.unit.is_attached_on(self.pricing.fee_item, day);
        early || !attached || self.live().any(|days| days.contains(day))
    }

    fn terms(&self, days: DateRange) -> Result<Terms, Unpriced> {
        let (unit, fee_item, day) = (self.basis.unit, self.pricing.fee_item, days.from());
        let priced = self.pricing.at(day)?;
        unit.status_on(day).ok_or(SkipReason::HandOverDateMissing)?;
        let obligor = unit.obligor_on(day).ok_or(SkipReason::ObligorMissing)?;
        Ok(Terms { obligor, agreed_payer: unit.agreed_payer_on(day, fee_item), parts: vec![(days, priced)] })
    }

    fn spec(&self, (from, to): (&Point, &Point), days: DateRange, terms: Terms) -> Result<ChargeSpec, SkipReason> {
        let (basis, item) = (self.basis, self.pricing.item);
        let created = item.created().ok_or(SkipReason::TariffMissing)?;
        let tariff = self.pricing.tariff(days.until().day_before()).ok_or(SkipReason::TariffMissing)?;
        let wrong = SkipReason::FormulaInvalid;
        if terms.parts.len() > PARTS_LIMIT {
            return Err(wrong);
        }
        let parts = terms.parts.iter().map(|(days, priced)| self.pricing.part(*days, priced));
        let usage = to.total.decimal().checked_sub(from.total.decimal()).and_then(|usage| Exact::new(usage).ok());
        let metered = Metered {
            from: MeterPoint { on: from.on, value: from.goes_on_at },
            to: MeterPoint { on: to.on, value: to.value },
            multiplier: to.device.multiplier,
            usage: usage.ok_or(wrong)?,
            round_to: tariff.round_to,
            priced_by: self.pricing.priced_by(),
            parts: parts.collect::<Option<_>>().ok_or(wrong)?,
        };
        let amount = metered.amount().ok_or(wrong)?;
        let vat = item.vat_on(days.from()).ok_or(SkipReason::TariffMissing)?;
        let read_in = to.on.month();
        Ok(ChargeSpec {
            bill_line: BillLineId(uuid::Uuid::nil()),
            run: None,
            fee_item: self.pricing.fee_item,
            fund: created.fund,
            obligor: terms.obligor,
            agreed_payer: terms.agreed_payer,
            period: read_in,
            // What was read was used.
            recognised: true,
            tax_due: true,
            source: Some(Source::Meter { meter: self.meter }),
            service: days,
            due_on: due_on(&tariff.due, read_in.next(), basis),
            priority: created.priority,
            tariff: Some(tariff.tariff),
            inputs: Vec::new(),
            formula: None,
            whole: None,
            share: None,
            round_to: None,
            metered: Some(metered),
            gross: amount,
            discounts: Vec::new(),
            vat_category: vat.category,
            vat_rate: vat.rate,
        })
    }

    /// Joins days of one party to those before, or days that cannot be charged for the same reason.
    fn joined(&self, before: &mut Result<Terms, Unpriced>, next: &Result<Terms, Unpriced>) -> bool {
        match (before, next) {
            (Ok(before), Ok(next)) if (before.obligor, before.agreed_payer) == (next.obligor, next.agreed_payer) => {
                for (days, part) in &next.parts {
                    match before.parts.last_mut() {
                        Some((have, last)) if last == part && self.pricing.same_year(have.from(), days.from()) => {
                            *have = DateRange::new(have.from(), days.until()).unwrap_or(*have);
                        }
                        _ => before.parts.push((*days, part.clone())),
                    }
                }
                true
            }
            (Err(before), Err(next)) => before == next,
            _ => false,
        }
    }
}

fn is_by_formula(spec: &ChargeSpec) -> bool {
    spec.metered.iter().flat_map(|metered| &metered.parts).any(|part| part.formula.is_some())
}
