//! What a metered charge rests on: the two readings, and the parts of what was used between them, each at one price inside
//! one tier year. Written into the charge, so that it can be computed again out of itself.

use crate::calendar::{CivilDate, DateRange};
use crate::event::facts;
use crate::fee_item::{PriceTier, PricedBy};
use crate::id::TariffId;
use crate::money::{Money, RoundTo};
use crate::rule::metered::{Priced, Usage, price};
use crate::rule::tiered_usage::Tier;
use crate::value::Exact;

facts! {
    /// A reading that a charge rests on.
    pub struct MeterPoint {
        /// The day.
        pub on: CivilDate,
        /// What it shows.
        pub value: Exact,
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
        /// The price; one tier without a limit where it has none.
        pub tiers: Vec<PriceTier>,
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

impl MeteredPart {
    /// What is charged for it, with its lines; none when it is no usage.
    pub fn priced(&self, round_to: RoundTo) -> Option<Priced> {
        let tiers: Vec<Tier> = self.tiers.iter().map(PriceTier::tier).collect();
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
