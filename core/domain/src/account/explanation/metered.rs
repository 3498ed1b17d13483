//! A metered charge explained: the two readings, what was used between them, and its tier lines, computed again.

use super::super::metered::{MeterPoint, Metered, MeteredPart, UsageFormula};
use super::super::terms::Input;
use super::parts::InputSaid;
use super::text::{day, days};
use crate::calendar::DateRange;
use crate::fee_item::PricedBy;
use crate::id::TariffId;
use crate::money::{Money, RoundTo};
use crate::value::{Exact, FormulaText};
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

/// What a formula says of usage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsageFormulaSaid {
    /// Its text.
    pub text: FormulaText,
    /// What it names beside the usage.
    pub inputs: Vec<InputSaid>,
    /// What the reading counted before these days; absent when they are its first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_before: Option<Exact>,
    /// What it says of that, in yuan; 0 before the first days.
    pub value_before: String,
    /// What it says of what the reading counted up to their end.
    pub value: String,
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
    /// By tier; none when a formula says it.
    pub lines: Vec<TierSaid>,
    /// The formula, where one says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<UsageFormulaSaid>,
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
    pub(super) fn of(metered: &Metered, input: impl Fn(&Input) -> InputSaid) -> Self {
        let part = |part: &MeteredPart| MeteredPartSaid {
            days: part.days,
            tariff: part.tariff,
            used_before: part.used_before,
            usage: part.usage,
            cost_before: part.cost_before,
            lines: lines(part, metered.round_to),
            formula: part.formula.as_ref().and_then(|formula| formula_said(formula, part.usage, &input)),
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
            if let Some(formula) = &part.formula {
                said.push(formula.told(part));
                continue;
            }
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

impl UsageFormulaSaid {
    fn told(&self, part: &MeteredPartSaid) -> String {
        let of: Vec<String> = self.inputs.iter().map(|input| format!("{} {}", input.label, input.value)).collect();
        let of = if of.is_empty() { String::new() } else { format!("（{}）", of.join("、")) };
        let before = match self.counted_before {
            Some(counted) => format!("，减去此前用量 {counted} 的 {} 元", self.value_before),
            None => String::new(),
        };
        let counted =
            self.counted_before.map_or(part.usage.decimal(), |counted| counted.decimal() + part.usage.decimal());
        format!(
            "{}用量 {}：按公式 {}{of}，用量 {counted} 得 {} 元{before}。",
            days(part.days),
            part.usage,
            self.text,
            self.value
        )
    }
}

fn formula_said(formula: &UsageFormula, usage: Exact, input: impl Fn(&Input) -> InputSaid) -> Option<UsageFormulaSaid> {
    let (before, value) = formula.values(usage)?;
    Some(UsageFormulaSaid {
        text: formula.formula.clone(),
        inputs: formula.inputs.iter().map(input).collect(),
        counted_before: formula.counted_before,
        value_before: before.normalize().to_string(),
        value: value.normalize().to_string(),
    })
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
