//! How a unit's usage is priced: which day decides for a day of use, at what, and what the tier year has cost before it.
//!
//! The one place that knows whether the days of use or the days of readings decide. May never happen here: a price of
//! another day than the one that decides.

use super::inputs::{Unpriced, usage_inputs};
use super::plan::SkipReason;
use crate::account::{MeterPoint, Metered, MeteredPart, UsageFormula};
use crate::calendar::{CivilDate, DateRange};
use crate::fee_item::{FeeItemState, Price, PriceTier, PricedBy, TariffSet};
use crate::id::{FeeItemId, TariffId};
use crate::meter::MeterState;
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

/// A price of usage, as it holds for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Priced {
    tariff: TariffId,
    tiers: Vec<PriceTier>,
    /// Without what was counted before.
    formula: Option<UsageFormula>,
}

impl Priced {
    /// As a charge has it.
    fn of(part: &MeteredPart) -> Self {
        let formula = part.formula.clone().map(|formula| UsageFormula { counted_before: None, ..formula });
        Self { tariff: part.tariff, tiers: part.tiers.clone(), formula }
    }
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

    /// What prices a day of use, without days and usage; the unit's own price goes before the tariff's.
    ///
    /// # Errors
    /// [`Unpriced`] without a tariff, or with the value of the unit that a formula names and nobody knows.
    pub(super) fn at(&self, day: CivilDate) -> Result<Priced, Unpriced> {
        let decides = self.meter.decides(self.priced_by(), day).ok_or(SkipReason::TariffMissing)?;
        let tariff = self.item.tariff_on(decides).ok_or(SkipReason::TariffMissing)?;
        let (since, price) = self.unit.price_on(decides, self.fee_item).unwrap_or((tariff.from, &tariff.price));
        let (tiers, formula) = match price {
            Price::MeteredFormula { formula, unit_price, .. } => {
                let inputs = usage_inputs(self.unit, decides, formula, (*unit_price, since))?;
                (Vec::new(), Some(UsageFormula { formula: formula.clone(), inputs, counted_before: None }))
            }
            by_tiers => (by_tiers.tiers().ok_or(SkipReason::TariffMissing)?, None),
        };
        Ok(Priced { tariff: tariff.tariff, tiers, formula })
    }

    /// Where the price or the tier year may change inside some days, their end last.
    pub(super) fn borders(&self, days: DateRange) -> Vec<CivilDate> {
        let mut borders: Vec<CivilDate> = match self.priced_by() {
            PricedBy::UsageDays => {
                let years = days.from().month().year()..days.until().month().year();
                let years = years.filter_map(|year| CivilDate::new(year.saturating_add(1), 1, 1).ok());
                self.item.tariffs().changes_within(days).chain(self.unit.changes_within(days)).chain(years).collect()
            }
            PricedBy::ReadingDay => self.meter.points().iter().map(|point| point.on).collect(),
        };
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

    /// What the usage of a day's tier year has cost before that day, exactly. Days without a price cost nothing, nor does what
    /// a formula says no amount of.
    fn year_cost(&self, day: CivilDate) -> Option<Decimal> {
        let by = self.priced_by();
        let from = self.meter.tier_year_from(by, self.meter.decides(by, day)?)?;
        let Ok(days) = DateRange::new(from, day) else { return Some(Decimal::ZERO) };
        let (mut sum, mut at) = (Decimal::ZERO, from);
        for until in self.borders(days) {
            let piece = DateRange::new(at, until).ok()?;
            if let Ok(priced) = self.at(at) {
                let part = self.used(piece, &priced)?;
                let cost = if part.formula.is_some() { Some(part.cost().unwrap_or_default()) } else { part.cost() };
                sum = sum.checked_add(cost?)?;
            }
            at = until;
        }
        Some(sum)
    }

    /// Some days at some price, without what the tier year has cost before them.
    fn used(&self, days: DateRange, priced: &Priced) -> Option<MeteredPart> {
        let first = self.meter.points().iter().rev().map(|point| point.on).find(|on| *on <= days.from())?;
        let formula = match &priced.formula {
            Some(formula) => {
                let before = DateRange::new(first, days.from()).ok();
                let counted = |days| self.meter.used_in(days).and_then(|used| Exact::new(used).ok());
                let counted_before = match before {
                    Some(days) => Some(counted(days)?),
                    None => None,
                };
                Some(UsageFormula { counted_before, ..formula.clone() })
            }
            None => None,
        };
        Some(MeteredPart {
            days,
            tariff: priced.tariff,
            used_before: Exact::new(self.meter.used_in_year(self.priced_by(), days.from())?).ok()?,
            usage: Exact::new(self.meter.used_in(days)?).ok()?,
            cost_before: Exact::default(),
            tiers: priced.tiers.clone(),
            formula,
        })
    }

    /// Some days at some price, as the meter has them now.
    pub(super) fn part(&self, days: DateRange, priced: &Priced) -> Option<MeteredPart> {
        let cost_before = Exact::new(self.year_cost(days.from())?).ok()?;
        Some(MeteredPart { cost_before, ..self.used(days, priced)? })
    }

    /// What a charge rests on, with its days and prices as they are and its meter as it is now.
    pub(crate) fn anew(&self, metered: &Metered) -> Option<Metered> {
        let value = |on: CivilDate| self.meter.points().iter().find(|point| point.on == on);
        let (from, to) = (value(metered.from.on)?, value(metered.to.on)?);
        let usage = to.total.decimal().checked_sub(from.total.decimal())?;
        let parts = metered.parts.iter().map(|part| self.part(part.days, &Priced::of(part)));
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
