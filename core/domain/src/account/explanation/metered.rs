//! A metered charge explained: the two readings, what was used between them, and its tier lines, computed again.

use super::super::metered::{MeterPoint, Metered, MeteredPart};
use super::text::{day, days};
use crate::calendar::DateRange;
use crate::fee_item::PricedBy;
use crate::id::TariffId;
use crate::money::{Money, RoundTo};
use crate::value::Exact;
use serde::Serialize;

/// Usage in one tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierSaid {
    /// How much.
    pub quantity: String,
    /// Yuan per unit of quantity.
    pub unit_price: String,
    /// What a bill prints: the rounded sum so far less what earlier lines printed.
    pub amount: Money,
}

/// Usage at one price inside one tier year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeteredPartSaid {
    /// The days.
    pub days: DateRange,
    /// The tariff version.
    pub tariff: TariffId,
    /// Used in the calendar year before.
    pub used_before: Exact,
    /// Used in these days.
    pub usage: Exact,
    /// What the calendar year has cost before, exactly.
    pub cost_before: Exact,
    /// By tier.
    pub lines: Vec<TierSaid>,
}

/// What a metered charge rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeteredSaid {
    /// The reading before.
    pub from: MeterPoint,
    /// The reading.
    pub to: MeterPoint,
    /// What one step of the reading stands for.
    pub multiplier: Exact,
    /// Used between the two readings.
    pub usage: Exact,
    /// Where sums are rounded to.
    pub round_to: RoundTo,
    /// Which day decides the price and the tier year.
    pub priced_by: PricedBy,
    /// The days that are charged.
    pub parts: Vec<MeteredPartSaid>,
}

impl MeteredSaid {
    /// Of what a charge rests on.
    pub(super) fn of(metered: &Metered) -> Self {
        let part = |part: &MeteredPart| MeteredPartSaid {
            days: part.days,
            tariff: part.tariff,
            used_before: part.used_before,
            usage: part.usage,
            cost_before: part.cost_before,
            lines: lines(part, metered.round_to),
        };
        Self {
            from: metered.from.clone(),
            to: metered.to.clone(),
            multiplier: metered.multiplier,
            usage: metered.usage,
            round_to: metered.round_to,
            priced_by: metered.priced_by,
            parts: metered.parts.iter().map(part).collect(),
        }
    }

    /// In words.
    pub(super) fn told(&self, amount: Money) -> String {
        let (from, to) = (&self.from, &self.to);
        let mut said = vec![format!(
            "{}抄表读数 {}，{}抄表读数 {}，倍率 {}，用量 {}。",
            day(from.on),
            from.value,
            day(to.on),
            to.value,
            self.multiplier,
            self.usage
        )];
        if self.priced_by == PricedBy::ReadingDay {
            said.push(format!("按约定以抄表日{}的标准计费，用量计入该日所在年度。", day(to.on)));
        }
        for part in &self.parts {
            let line = |line: &TierSaid| format!("{} × {} 元 = {} 元", line.quantity, line.unit_price, line.amount);
            let lines: Vec<String> = part.lines.iter().map(line).collect();
            let lines = if lines.is_empty() { "无用量".to_owned() } else { lines.join("，") };
            said.push(format!("{}用量 {}（本年此前 {}）：{lines}。", days(part.days), part.usage, part.used_before));
        }
        if self.parts.iter().any(|part| part.cost_before != Exact::default()) {
            said.push("金额按本年累计四舍五入，再减去此前累计，分几次抄表总额不变。".to_owned());
        }
        said.push(format!("应收 {amount} 元。"));
        said.concat()
    }
}

fn lines(part: &MeteredPart, round_to: RoundTo) -> Vec<TierSaid> {
    let priced = part.priced(round_to).map(|priced| priced.lines).unwrap_or_default();
    let line = |line: crate::rule::tiered_usage::TierLine| TierSaid {
        quantity: line.quantity.normalize().to_string(),
        unit_price: line.unit_price.normalize().to_string(),
        amount: line.printed,
    };
    priced.into_iter().map(line).collect()
}
