//! How a unit's usage is priced: which day decides for a day of use, at what, and what the tier year has cost before it.
//!
//! The one place that knows whether the days of use or the days of readings decide. May never happen here: a price of
//! another day than the one that decides.

use crate::account::{MeterPoint, Metered, MeteredPart};
use crate::calendar::{CivilDate, DateRange};
use crate::fee_item::{FeeItemState, PriceTier, PricedBy, TariffSet};
use crate::id::FeeItemId;
use crate::meter::MeterState;
use crate::rule::metered;
use crate::rule::tiered_usage::Tier;
use crate::unit::UnitState;
use crate::value::Exact;
use rust_decimal::Decimal;

/// How a unit's usage by a meter is priced by a fee item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pricing<'a> {
    /// The unit.
    pub(crate) unit: &'a UnitState,
    /// The fee item.
    pub(crate) fee_item: FeeItemId,
    /// Its tariffs.
    pub(crate) item: &'a FeeItemState,
    /// The meter.
    pub(crate) meter: &'a MeterState,
}

impl<'a> Pricing<'a> {
    /// Which day decides.
    pub(super) fn priced_by(&self) -> PricedBy {
        self.item.priced_by()
    }

    /// The tariff version that prices a day of use.
    pub(super) fn tariff(&self, day: CivilDate) -> Option<&'a TariffSet> {
        self.item.tariff_on(self.meter.decides(self.priced_by(), day)?)
    }

    /// The tariff version of a day of use and the price that holds; the unit's own goes before the tariff's.
    pub(super) fn on(&self, day: CivilDate) -> Option<(&'a TariffSet, Vec<PriceTier>)> {
        let decides = self.meter.decides(self.priced_by(), day)?;
        let tariff = self.item.tariff_on(decides)?;
        let own = self.unit.price_on(decides, self.fee_item).map(|(_, price)| price);
        Some((tariff, own.unwrap_or(&tariff.price).tiers()?))
    }

    /// Where the price, the tier year or the party may change inside some days, their end last.
    pub(super) fn borders(&self, days: DateRange) -> Vec<CivilDate> {
        let mut borders: Vec<CivilDate> = self.unit.changes_within(days);
        match self.priced_by() {
            PricedBy::UsageDays => {
                borders.extend(self.item.tariffs().changes_within(days));
                let years = days.from().month().year()..days.until().month().year();
                borders.extend(years.filter_map(|year| CivilDate::new(year.saturating_add(1), 1, 1).ok()));
            }
            PricedBy::ReadingDay => borders.extend(self.meter.points().iter().map(|point| point.on)),
        }
        borders.push(days.until());
        borders.retain(|day| days.from() < *day && *day <= days.until());
        borders.sort_unstable();
        borders.dedup();
        borders
    }

    /// True when two days of use count into one tier year.
    pub(super) fn same_year(&self, one: CivilDate, other: CivilDate) -> bool {
        let year = |day| self.meter.decides(self.priced_by(), day).map(crate::meter::year_begin);
        year(one) == year(other)
    }

    /// What the usage of a day's tier year has cost before that day, exactly; days without a price cost nothing.
    fn year_cost(&self, day: CivilDate) -> Option<Decimal> {
        let by = self.priced_by();
        let from = self.meter.tier_year_from(by, self.meter.decides(by, day)?)?;
        let Ok(days) = DateRange::new(from, day) else { return Some(Decimal::ZERO) };
        let (mut sum, mut at) = (Decimal::ZERO, from);
        for until in self.borders(days) {
            let price = self.on(at);
            let piece = DateRange::new(at, until).ok()?;
            if let Some((_, tiers)) = price {
                let tiers: Vec<Tier> = tiers.iter().map(PriceTier::tier).collect();
                let used_before = self.meter.used_in_year(by, at)?;
                let (cost, _) = metered::cost(&tiers, used_before, self.meter.used_in(piece)?).ok()?;
                sum = sum.checked_add(cost)?;
            }
            at = until;
        }
        Some(sum)
    }

    /// Some days at some price, as the meter has them now.
    pub(super) fn part(&self, days: DateRange, priced: &MeteredPart) -> Option<MeteredPart> {
        Some(MeteredPart {
            days,
            tariff: priced.tariff,
            used_before: Exact::new(self.meter.used_in_year(self.priced_by(), days.from())?).ok()?,
            usage: Exact::new(self.meter.used_in(days)?).ok()?,
            cost_before: Exact::new(self.year_cost(days.from())?).ok()?,
            tiers: priced.tiers.clone(),
        })
    }

    /// What a charge rests on, with its days and prices as they are and its meter as it is now.
    pub(crate) fn anew(&self, metered: &Metered) -> Option<Metered> {
        let value = |on: CivilDate| self.meter.points().iter().find(|point| point.on == on);
        let (from, to) = (value(metered.from.on)?, value(metered.to.on)?);
        let usage = to.total.decimal().checked_sub(from.total.decimal())?;
        let parts = metered.parts.iter().map(|part| self.part(part.days, part));
        Some(Metered {
            from: MeterPoint { on: from.on, value: from.goes_on_at },
            to: MeterPoint { on: to.on, value: to.value },
            multiplier: metered.multiplier,
            usage: Exact::new(usage).ok()?,
            round_to: metered.round_to,
            priced_by: metered.priced_by,
            parts: parts.collect::<Option<_>>()?,
        })
    }
}
