//! What a metered charge rests on: the two readings, and the parts of what was used between them, each at one price inside
//! one tier year. Written into the charge, so that it can be computed again out of itself.

use super::terms::Input;
use crate::bill_run::{usage_cost, with_unit_price};
use crate::calendar::{CivilDate, DateRange};
use crate::event::facts;
use crate::fee_item::{PriceTier, PricedBy};
use crate::id::TariffId;
use crate::money::{Money, RoundTo};
use crate::rule::metered::{Priced, Usage, cost, price, whole};
use crate::rule::tiered_usage::Tier;
use crate::value::{Exact, FormulaText};
use rust_decimal::Decimal;

facts! {
    /// A reading that a charge rests on.
    pub struct MeterPoint {
        /// The day.
        pub on: CivilDate,
        /// What it shows.
        pub value: Exact,
    }

    /// A formula that said what the usage of a reading costs.
    pub struct UsageFormula {
        /// Its text.
        pub formula: FormulaText,
        /// What it names beside `usage`, on the day of the reading.
        pub inputs: Vec<Input>,
        /// What the reading counted before these days; absent when they are its first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub counted_before: Option<Exact>,
    }

    /// What was used in some days, at one price inside one tier year.
    pub struct MeteredPart {
        /// The days.
        pub days: DateRange,
        /// The tariff version.
        pub tariff: TariffId,
        /// Used in the tier year before.
        pub used_before: Exact,
        /// Used in these days.
        pub usage: Exact,
        /// What the tier year has cost before, exactly, in yuan.
        pub cost_before: Exact,
        /// The price; one tier without a limit where it has none; none when a formula says it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tiers: Vec<PriceTier>,
        /// The formula that says it instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub formula: Option<UsageFormula>,
    }

    /// What a metered charge rests on.
    pub struct Metered {
        /// The reading before.
        pub from: MeterPoint,
        /// The reading.
        pub to: MeterPoint,
        /// What one step of the reading stands for.
        pub multiplier: Exact,
        /// Used between the two readings, on all days and by whoever.
        pub usage: Exact,
        /// Where its sums are rounded to.
        pub round_to: RoundTo,
        /// Which day decides the price and the tier year; absent: the days of use.
        #[serde(default, skip_serializing_if = "PricedBy::is_usual")]
        pub priced_by: PricedBy,
        /// The days that are charged.
        pub parts: Vec<MeteredPart>,
    }
}

impl UsageFormula {
    /// What the formula says of what the reading counted before these days, and with some usage of these days; 0 before
    /// the first. None where it says no amount.
    pub(super) fn values(&self, usage: Exact) -> Option<(Decimal, Decimal)> {
        let value = |counted: Exact| usage_cost(&self.inputs, &self.formula, counted);
        let counted = self.counted_before.unwrap_or_default().decimal().checked_add(usage.decimal())?;
        let before = self.counted_before.map_or(Some(Decimal::ZERO), value)?;
        Some((before, value(Exact::new(counted).ok()?)?))
    }

    /// What some usage of these days costs, exactly; none where that is no amount, or below zero.
    fn cost(&self, usage: Exact) -> Option<Decimal> {
        let (before, after) = self.values(usage)?;
        after.checked_sub(before).filter(|cost| !cost.is_sign_negative() || cost.is_zero())
    }
}

impl MeteredPart {
    /// What its usage costs, exactly; none when it is no usage.
    pub(crate) fn cost(&self) -> Option<Decimal> {
        match &self.formula {
            Some(formula) => formula.cost(self.usage),
            None => cost(&self.price(), self.used_before.decimal(), self.usage.decimal()).ok().map(|(cost, _)| cost),
        }
    }

    /// What it would cost if its price were one number; none where it has none.
    pub(crate) fn cost_at(&self, number: Exact) -> Option<Decimal> {
        match &self.formula {
            Some(formula) => {
                let inputs = with_unit_price(&formula.inputs, number)?;
                UsageFormula { inputs, ..formula.clone() }.cost(self.usage)
            }
            None => self.usage.decimal().checked_mul(number.decimal()),
        }
    }

    fn price(&self) -> Vec<Tier> {
        self.tiers.iter().map(PriceTier::tier).collect()
    }

    /// What is charged for it, with its lines; none when it is no usage.
    pub fn priced(&self, round_to: RoundTo) -> Option<Priced> {
        if self.formula.is_some() {
            return whole(self.cost()?, self.cost_before.decimal(), round_to).ok();
        }
        let tiers = self.price();
        let usage = Usage {
            tiers: &tiers,
            used_before: self.used_before.decimal(),
            usage: self.usage.decimal(),
            cost_before: self.cost_before.decimal(),
        };
        price(&usage, round_to).ok()
    }
}

impl Metered {
    /// What is charged for all of it; none when it is no usage.
    pub fn amount(&self) -> Option<Money> {
        self.parts.iter().try_fold(Money::ZERO, |sum, part| sum.plus(part.priced(self.round_to)?.amount).ok())
    }
}
