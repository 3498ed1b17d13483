//! 计算公式 and what goes with it: the price of a fee item in one row. Columns that a price has no use for stay empty.
//!
//! Tiers are written `0-180:3.5;180-260:4.2;260-:6`, prices by floor `-1:0;3:0.35`, both with a price behind each colon.

use super::super::columns::Column;
use super::super::field;
use super::super::fields::{Fields, Refused, Value};
use super::super::finding::Rule;
use super::super::readings;
use mingzhang_domain::fee_item::{AmountPer, AreaKind, FloorStep, Price, PriceTier, PricedBy};
use mingzhang_domain::rule::formula::Program;
use mingzhang_domain::value::{Exact, FormulaText, Variable};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

pub(super) static KIND: Column =
    Column { heading: "计算公式", aliases: &["计费公式", "公式"], required: true };
pub(super) static UNIT_PRICE: Column = Column { heading: "计费单价", aliases: &["单价"], required: true };
pub(super) static FIXED: Column =
    Column { heading: "固定费用", aliases: &["附加费", "附加/固定费用"], required: false };
/// The heading by which a file says that the fixed amount is for the whole cycle.
pub(super) static FIXED_PER_CYCLE: Column =
    Column {
        heading: "每期固定费用", aliases: &["固定费用(每期)", "固定费用/期", "固定费用(元/期)"], required: false
    };
pub(super) static AREA: Column = Column { heading: "计费面积", aliases: &["面积类型"], required: false };
pub(super) static FORMULA: Column =
    Column { heading: "公式内容", aliases: &["公式文本", "自定义公式"], required: false };
pub(super) static FLOORS: Column = Column { heading: "楼层价格", aliases: &["楼层阶梯"], required: false };
pub(super) static UTILITY: Column =
    Column { heading: "表类型", aliases: &["表种", "仪表类型"], required: false };
pub(super) static TIERS: Column =
    Column { heading: "阶梯价格", aliases: &["阶梯单价", "用量阶梯"], required: false };
pub(super) static PRICED_BY: Column = Column { heading: "计价日", aliases: &["计价依据"], required: false };

/// The most steps by floor, and the most tiers, that a price has.
const FLOORS_LIMIT: usize = 50;
const TIERS_LIMIT: usize = 10;
/// Floors lie between this many above and below the ground.
const FLOOR_LIMIT: i32 = 200;
/// The most characters of a list of prices.
const LIST_LENGTH: usize = 1_000;

/// How a fee is computed, by the layout's own numbers or in words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    PerArea,
    Fixed,
    FixedPerCycle,
    PerHousehold,
    Coefficient,
    FloorSteps,
    Formula,
    Shared,
    Metered,
    TieredMetered,
    MeteredFormula,
}

impl Kind {
    /// The columns of its own; those of others stay empty.
    fn columns(self) -> Vec<&'static Column> {
        match self {
            Self::Fixed | Self::FixedPerCycle | Self::PerHousehold | Self::Shared => vec![],
            Self::PerArea | Self::Coefficient => vec![&AREA],
            Self::FloorSteps => vec![&AREA, &FLOORS],
            Self::Formula => vec![&FORMULA],
            Self::Metered => vec![&UTILITY, &PRICED_BY],
            Self::TieredMetered => vec![&UTILITY, &TIERS, &PRICED_BY],
            Self::MeteredFormula => vec![&UTILITY, &FORMULA],
        }
    }
}

/// The price of a row.
pub(super) fn read(fields: &mut Fields<'_, '_>) -> Result<Price, Refused> {
    let kind = fields.required(&KIND, kind)?;
    let own = kind.columns();
    let of_others = [&AREA, &FORMULA, &FLOORS, &UTILITY, &TIERS, &PRICED_BY].into_iter();
    for column in of_others.filter(|column| own.iter().all(|own| own.heading != column.heading)) {
        if fields.optional(column, |_| Ok(()))?.is_some() {
            return Err(fields.refuse(column, Rule::ColumnNotOfPrice));
        }
    }
    match kind {
        Kind::PerArea => {
            let unit_price = fields.required(&UNIT_PRICE, |value| field::positive(field::unit_price(value)?));
            for column in [&FIXED, &FIXED_PER_CYCLE] {
                let surcharge = fields.optional(column, amount)?;
                if surcharge.is_some_and(|(amount, _)| amount != Exact::default()) {
                    return Err(fields.refuse(column, Rule::SurchargeUnsupported));
                }
            }
            let area = fields.optional(&AREA, area)?.unwrap_or(AreaKind::Building);
            Ok(Price::PerArea { area, unit_price: unit_price? })
        }
        Kind::Fixed | Kind::FixedPerCycle => fixed(fields, kind),
        Kind::PerHousehold => {
            let amount = fields.required(&UNIT_PRICE, |value| field::positive(field::unit_price(value)?))?;
            Ok(Price::PerHousehold { amount })
        }
        Kind::Coefficient => {
            let unit_price = fields.required(&UNIT_PRICE, |value| field::positive(field::unit_price(value)?));
            let area = fields.optional(&AREA, area)?.unwrap_or(AreaKind::Building);
            Ok(Price::Coefficient { area, unit_price: unit_price? })
        }
        Kind::FloorSteps => {
            let area = fields.optional(&AREA, area);
            let steps = fields.required(&FLOORS, floors);
            Ok(Price::FloorSteps { area: area?, steps: steps? })
        }
        Kind::Formula => {
            let (formula, unit_price) = formula(fields, false)?;
            Ok(Price::Formula { formula, unit_price })
        }
        Kind::Shared => Ok(Price::Shared),
        Kind::Metered => {
            let utility = fields.required(&UTILITY, readings::utility);
            let unit_price = fields.required(&UNIT_PRICE, |value| field::positive(field::metered_price(value)?));
            let priced_by = fields.optional(&PRICED_BY, priced_by)?.unwrap_or_default();
            Ok(Price::Metered { utility: utility?, unit_price: unit_price?, priced_by })
        }
        Kind::TieredMetered => {
            let utility = fields.required(&UTILITY, readings::utility);
            let tiers = fields.required(&TIERS, tiers);
            let priced_by = fields.optional(&PRICED_BY, priced_by)?.unwrap_or_default();
            Ok(Price::TieredMetered { utility: utility?, tiers: tiers?, priced_by })
        }
        Kind::MeteredFormula => {
            let utility = fields.required(&UTILITY, readings::utility);
            let (formula, unit_price) = formula(fields, true)?;
            Ok(Price::MeteredFormula { utility: utility?, formula, unit_price })
        }
    }
}

/// A fixed amount is per month unless the file says 每期: in the formula, in the heading, or beside the amount.
fn fixed(fields: &mut Fields<'_, '_>, kind: Kind) -> Result<Price, Refused> {
    let whole_cycle = fields.optional(&FIXED_PER_CYCLE, positive_amount)?;
    let (amount, per) = match whole_cycle {
        Some((amount, _)) => (amount, AmountPer::Cycle),
        None => fields.required(&FIXED, positive_amount)?,
    };
    let per = if kind == Kind::FixedPerCycle { AmountPer::Cycle } else { per };
    Ok(Price::Fixed { amount, per })
}

/// A formula with its unit price; which values the community has of its units is seen when it is set.
fn formula(fields: &mut Fields<'_, '_>, over_usage: bool) -> Result<(FormulaText, Option<Exact>), Refused> {
    let (formula, names) = fields.required(&FORMULA, formula_text)?;
    let names_it = |name: &str| names.iter().any(|variable| variable.as_str() == name);
    if names_it("usage") != over_usage {
        return Err(fields.refuse(&FORMULA, Rule::FormulaUsage));
    }
    let unit_price = fields.optional(&UNIT_PRICE, field::unit_price)?.filter(|price| *price != Exact::default());
    if names_it("unit_price") && unit_price.is_none() {
        return Err(fields.refuse(&UNIT_PRICE, Rule::Required));
    }
    Ok((formula, unit_price))
}

fn formula_text(value: &Value<'_>) -> Result<(FormulaText, BTreeSet<Variable>), Rule> {
    let folded: String = field::text::<500>(value)?.nfkc().collect();
    let formula: FormulaText = folded.parse().map_err(|_| Rule::FormulaUnreadable)?;
    let program = Program::compile(formula.as_str()).map_err(|_| Rule::FormulaUnreadable)?;
    Ok((formula, program.variables().clone()))
}

/// Tiers that begin at 0 and each where the one before ends; the last has no end.
fn tiers(value: &Value<'_>) -> Result<Vec<PriceTier>, Rule> {
    let (mut reached, mut tiers) = (Some(Exact::default()), Vec::new());
    for (range, price) in entries(value)? {
        let (from, up_to) = range.split_once('-').ok_or(Rule::TiersInvalid)?;
        let quantity = |text: &str| field::quantity(&Value::Text(text)).map_err(|_| Rule::TiersInvalid);
        let up_to = if up_to.is_empty() { None } else { Some(quantity(up_to)?) };
        if reached != Some(quantity(from)?) || up_to.is_some_and(|up_to| Some(up_to) <= reached) {
            return Err(Rule::TiersInvalid);
        }
        tiers.push(PriceTier { up_to, price: field::metered_price(&Value::Text(&price))? });
        reached = up_to;
    }
    let good = reached.is_none() && tiers.len() <= TIERS_LIMIT;
    if good { Ok(tiers) } else { Err(Rule::TiersInvalid) }
}

/// The price from each floor on, ascending.
fn floors(value: &Value<'_>) -> Result<Vec<FloorStep>, Rule> {
    let mut steps: Vec<FloorStep> = Vec::new();
    for (floor, price) in entries(value).map_err(|_| Rule::FloorsInvalid)? {
        let floor = field::whole(&Value::Text(&floor)).map_err(|_| Rule::FloorsInvalid)?;
        let from_floor = floor.to_string().parse().map_err(|_| Rule::FloorsInvalid)?;
        let ascends = steps.last().is_none_or(|last| last.from_floor < from_floor);
        if !ascends || floor.abs() > FLOOR_LIMIT || steps.len() >= FLOORS_LIMIT {
            return Err(Rule::FloorsInvalid);
        }
        steps.push(FloorStep { from_floor, price: field::unit_price(&Value::Text(&price))? });
    }
    if steps.is_empty() { Err(Rule::FloorsInvalid) } else { Ok(steps) }
}

/// What stands before and behind each colon of a list parted by semicolons.
fn entries(value: &Value<'_>) -> Result<Vec<(String, String)>, Rule> {
    let folded: String = field::text::<LIST_LENGTH>(value)?.nfkc().filter(|c| !c.is_whitespace()).collect();
    let entries = folded.split(';').filter(|entry| !entry.is_empty());
    let entry = |entry: &str| entry.split_once(':').map(|(of, price)| (of.to_owned(), price.to_owned()));
    entries.map(|text| entry(text).ok_or(Rule::TiersInvalid)).collect()
}

/// An amount, with 每期 beside it or not.
fn amount(value: &Value<'_>) -> Result<(Exact, AmountPer), Rule> {
    let Value::Text(text) = value else { return Ok((field::amount(value)?, AmountPer::Month)) };
    let bare = text.trim_start_matches("每期").trim_end_matches("每期").trim_end_matches("/期");
    let bare = bare.trim().trim_end_matches(['/', '元']).trim();
    let per = if bare.len() < text.len() && text.contains('期') { AmountPer::Cycle } else { AmountPer::Month };
    Ok((field::amount(&Value::Text(bare))?, per))
}

fn positive_amount(value: &Value<'_>) -> Result<(Exact, AmountPer), Rule> {
    let (amount, per) = amount(value)?;
    Ok((field::positive(amount)?, per))
}

fn kind(value: &Value<'_>) -> Result<Kind, Rule> {
    use Kind::{
        Coefficient, Fixed, FixedPerCycle, FloorSteps, Formula, Metered, MeteredFormula, PerArea, PerHousehold, Shared,
        TieredMetered,
    };
    let known = [
        ("1001", PerArea),
        ("面积*单价+附加费", PerArea),
        ("面积*单价", PerArea),
        ("2002", Fixed),
        ("固定费用", Fixed),
        ("固定费用(每月)", Fixed),
        ("每月固定费用", Fixed),
        ("固定费用(每期)", FixedPerCycle),
        ("每期固定费用", FixedPerCycle),
        ("每期", FixedPerCycle),
        ("户数*单价", PerHousehold),
        ("按户", PerHousehold),
        ("面积*单价*系数", Coefficient),
        ("按系数", Coefficient),
        ("按楼层", FloorSteps),
        ("楼层阶梯", FloorSteps),
        ("自定义公式", Formula),
        ("公摊", Shared),
        ("用量*单价", Metered),
        ("按用量", Metered),
        ("阶梯用量", TieredMetered),
        ("用量阶梯", TieredMetered),
        ("用量公式", MeteredFormula),
    ];
    field::one_of(value, &known)
}

fn area(value: &Value<'_>) -> Result<AreaKind, Rule> {
    let (building, inner) = (AreaKind::Building, AreaKind::Inner);
    field::one_of(value, &[("建筑面积", building), ("套内面积", inner), ("室内面积", inner)])
}

fn priced_by(value: &Value<'_>) -> Result<PricedBy, Rule> {
    let (usage, reading) = (PricedBy::UsageDays, PricedBy::ReadingDay);
    field::one_of(value, &[("用量发生日", usage), ("按天分摊", usage), ("抄表日", reading), ("抄表日期", reading)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_amount_says_what_it_is_for() {
        let read = |text: &str| amount(&Value::Text(text)).map(|(amount, per)| (amount.to_string(), per));
        assert_eq!(read("36.00"), Ok(("36".into(), AmountPer::Month)));
        assert_eq!(read("36元"), Ok(("36".into(), AmountPer::Month)));
        for cycle in ["36每期", "每期 36.00", "36元/期", "36/每期", "36.0元每期"] {
            assert_eq!(read(cycle), Ok(("36".into(), AmountPer::Cycle)), "{cycle}");
        }
        assert_eq!(read("期36"), Err(Rule::NotANumber));
    }

    #[test]
    fn tiers_and_floors_are_lists_of_prices() {
        let read = |text: &str| {
            let tiers = tiers(&Value::Text(text))?;
            let told = |tier: &PriceTier| {
                (tier.up_to.map(|up_to| up_to.to_string()).unwrap_or_default(), tier.price.to_string())
            };
            Ok(tiers.iter().map(told).map(|(up_to, price)| format!("{up_to}:{price}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(read("0-180:3.50;180-260:4.20;260-:6.00").as_deref(), Ok("180:3.5 260:4.2 :6"));
        assert_eq!(read("０－１８０：3.5； 180-：5；").as_deref(), Ok("180:3.5 :5"));
        for wrong in [
            "",
            "3.5",
            "0-180:3.5",
            "10-180:3.5;180-:5",
            "0-180:3.5;190-:5",
            "0-180:3.5;180-180:4;180-:5",
            "0-:3.5;180-:5",
            "0-180;180-:5",
            "0-一百:3.5;100-:5",
        ] {
            assert_eq!(read(wrong), Err(Rule::TiersInvalid), "{wrong}");
        }
        assert_eq!(read("0-180:三;180-:5"), Err(Rule::NotANumber));
        assert_eq!(read("0-180:3.50001;180-:5"), Err(Rule::TooManyDecimals));
        let many: String = (0..11).map(|n| format!("{n}-{}:1;", n + 1)).chain(["11-:1".to_owned()]).collect();
        assert_eq!(read(&many), Err(Rule::TiersInvalid));
        let floors = |text: &str| floors(&Value::Text(text)).map(|steps| steps.len());
        assert_eq!(floors("-1:0;3:0.35;11:0.5"), Ok(3));
        for wrong in ["", "3", "3:1;3:2", "4:1;3:2", "1.5:1", "201:1"] {
            assert_eq!(floors(wrong), Err(Rule::FloorsInvalid), "{wrong}");
        }
        assert_eq!(floors("3:-1"), Err(Rule::MustNotBeNegative));
    }
}
