//! What a month charge rests on: written into it when it is billed, read again when its days are charged to another party
//! or explained. The one way from a unit's values to a price, and the one way back.

use super::plan::SkipReason;
use crate::account::{Billed, FUND_INPUTS, Input, fund_label_of};
use crate::calendar::CivilDate;
use crate::fee_item::{AmountPer, AreaKind, FloorStep, Price};
use crate::pool::{self, POOL_INPUTS};
use crate::rule::charges;
use crate::rule::formula::{FormulaError, Program};
use crate::unit::UnitState;
use crate::value::{Exact, FormulaText, Variable};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;

const BUILDING_AREA: &str = "building_area_sqm";
const INNER_AREA: &str = "inner_area_sqm";
/// What formulas call their price, where it has one.
pub(crate) const UNIT_PRICE: &str = "unit_price";
const PER_MONTH: &str = "amount_per_month";
const PER_CYCLE: &str = "amount_per_cycle";
const CYCLE_MONTHS: &str = "cycle_months";
const PER_HOUSEHOLD: &str = "amount_per_household";
const HOUSEHOLDS: &str = "household_count";
const COEFFICIENT: &str = "coefficient";
const FLOOR: &str = "floor";
/// What formulas over usage call what a reading counted.
pub(crate) const USAGE: &str = "usage";
/// What formulas call the building area and the inner area.
const AREA: &str = "area";
const INNER: &str = "inner_area";

/// Of what a formula says of usage: those of a unit price and of a quantity together.
const COST_DECIMALS: u32 = 8;
/// Usages that a formula must say an amount for before it is saved.
const TRIED_USAGES: [u32; 3] = [0, 1, 1_000];

/// Attributes of a unit that every community has.
pub(crate) const STANDARD_ATTRIBUTES: [&str; 2] = [HOUSEHOLDS, COEFFICIENT];

/// True for what a formula may name without a definition of the community.
pub(crate) fn is_standard(name: &str) -> bool {
    STANDARD_ATTRIBUTES.contains(&name) || [AREA, INNER, FLOOR, UNIT_PRICE].contains(&name)
}

/// What comes from elsewhere than an attribute that a community defines: formulas or the inputs of charges have the name.
pub(crate) fn is_taken(name: &str) -> bool {
    let inputs = [BUILDING_AREA, INNER_AREA, PER_MONTH, PER_CYCLE, CYCLE_MONTHS, PER_HOUSEHOLD];
    is_standard(name)
        || inputs.contains(&name)
        || POOL_INPUTS.contains(&name)
        || FUND_INPUTS.contains(&name)
        || name == USAGE
}

/// Why a unit has no price on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpriced {
    /// Why.
    pub reason: SkipReason,
    /// The value of the unit that is not known, when that is why.
    pub missing: Option<Variable>,
}

impl From<SkipReason> for Unpriced {
    fn from(reason: SkipReason) -> Self {
        Self { reason, missing: None }
    }
}

/// A price with the values it rests on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoted<'a> {
    /// The price.
    pub(super) price: &'a Price,
    /// Since when it holds.
    pub(super) since: CivilDate,
    /// Months of a whole cycle.
    pub(super) cycle_months: u32,
}

impl Quoted<'_> {
    /// The values of a day, each with the day since when it holds.
    ///
    /// # Errors
    /// [`Unpriced`] with the value that is not known.
    pub(super) fn inputs(&self, unit: &UnitState, day: CivilDate) -> Result<Vec<Input>, Unpriced> {
        let own = |name: &str, value: Exact| input(name, value, Some(self.since));
        let of = Values { unit, day };
        Ok(match self.price {
            Price::PerArea { area, unit_price } => vec![of.area(*area)?, own(UNIT_PRICE, *unit_price)?],
            Price::Fixed { amount, per: AmountPer::Month } => vec![own(PER_MONTH, *amount)?],
            Price::Fixed { amount, per: AmountPer::Cycle } => {
                let months = Exact::new(self.cycle_months.into()).map_err(|_| SkipReason::FormulaInvalid)?;
                vec![own(PER_CYCLE, *amount)?, own(CYCLE_MONTHS, months)?]
            }
            Price::Shared => return Err(SkipReason::PoolOpen.into()),
            // Stays are nobody's unit's: no tariff prices the unit.
            Price::Parking(_) => return Err(SkipReason::TariffMissing.into()),
            Price::PerHousehold { amount } => vec![of.attribute(HOUSEHOLDS)?, own(PER_HOUSEHOLD, *amount)?],
            Price::FloorSteps { area, steps } => {
                let floor = of.named(FLOOR)?;
                let price = step_of(steps, floor.value).ok_or_else(|| missing(FLOOR))?;
                match area {
                    Some(area) => vec![of.area(*area)?, floor, own(UNIT_PRICE, price)?],
                    None => vec![floor, own(PER_MONTH, price)?],
                }
            }
            Price::Coefficient { area, unit_price } => {
                vec![of.area(*area)?, of.attribute(COEFFICIENT)?, own(UNIT_PRICE, *unit_price)?]
            }
            Price::Formula { formula, unit_price } => of.of_formula(formula, (*unit_price, self.since), None)?,
            // By quantity: what it rests on is in the readings.
            Price::Metered { .. } | Price::TieredMetered { .. } | Price::MeteredFormula { .. } => {
                return Err(SkipReason::ReadingMissing.into());
            }
        })
    }
}

/// What a formula over usage names beside it, on a day; with what it calls `unit_price` and since when that holds.
///
/// # Errors
/// [`Unpriced`] with the value that is not known.
pub(super) fn usage_inputs(
    unit: &UnitState,
    day: CivilDate,
    formula: &FormulaText,
    unit_price: (Option<Exact>, CivilDate),
) -> Result<Vec<Input>, Unpriced> {
    Values { unit, day }.of_formula(formula, unit_price, Some(USAGE))
}

/// What a formula says of some usage, exactly to 8 decimals, in yuan; none below zero and where it says no amount.
pub(crate) fn usage_cost(inputs: &[Input], formula: &FormulaText, usage: Exact) -> Option<Decimal> {
    let mut inputs = inputs.to_vec();
    inputs.push(input(USAGE, usage, None).ok()?);
    let cost = value_of(&inputs, formula).ok().filter(|cost| cost.is_zero() || cost.is_sign_positive())?;
    Some(cost.round_dp_with_strategy(COST_DECIMALS, RoundingStrategy::MidpointAwayFromZero))
}

/// The same inputs with another `unit_price`; none where a formula names none.
pub(crate) fn with_unit_price(inputs: &[Input], price: Exact) -> Option<Vec<Input>> {
    let mut inputs = inputs.to_vec();
    inputs.iter_mut().find(|input| input.name.as_str() == UNIT_PRICE)?.value = price;
    Some(inputs)
}

/// Whether a price by formula says what a unit pays on a day, a month or for what its meters count; other prices do until a
/// bill run says they do not.
///
/// # Errors
/// The value that is not known; none when the formula says no amount, or one below zero.
pub(crate) fn formula_must_fit(unit: &UnitState, price: &Price, day: CivilDate) -> Result<(), Option<Variable>> {
    if let Price::MeteredFormula { utility, formula, unit_price } = price {
        if unit.meters().iter().all(|(_, have)| have != utility) {
            return Ok(());
        }
        let inputs = usage_inputs(unit, day, formula, (*unit_price, day)).map_err(|unpriced| unpriced.missing)?;
        let fits =
            |usage: &u32| Exact::new((*usage).into()).is_ok_and(|usage| usage_cost(&inputs, formula, usage).is_some());
        return if TRIED_USAGES.iter().all(fits) { Ok(()) } else { Err(None) };
    }
    let Price::Formula { formula, .. } = price else { return Ok(()) };
    let quoted = Quoted { price, since: day, cycle_months: 1 };
    let inputs = quoted.inputs(unit, day).map_err(|Unpriced { missing, .. }| missing)?;
    let fits = value_of(&inputs, formula).is_ok_and(|amount| amount.is_zero() || amount.is_sign_positive());
    if fits { Ok(()) } else { Err(None) }
}

/// The price of the highest step that is not above a floor.
fn step_of(steps: &[FloorStep], floor: Exact) -> Option<Exact> {
    steps.iter().rev().find(|step| step.from_floor <= floor).map(|step| step.price)
}

fn missing(name: &str) -> Unpriced {
    let reason = if [BUILDING_AREA, INNER_AREA, AREA, INNER].contains(&name) {
        SkipReason::AreaMissing
    } else {
        SkipReason::FormulaInvalid
    };
    Unpriced { reason, missing: name.parse().ok() }
}

fn input(name: &str, value: Exact, since: Option<CivilDate>) -> Result<Input, Unpriced> {
    let name = name.parse().map_err(|_| SkipReason::FormulaInvalid)?;
    Ok(Input { name, value, since })
}

/// What is known of a unit on a day.
struct Values<'a> {
    unit: &'a UnitState,
    day: CivilDate,
}

impl Values<'_> {
    fn area(&self, kind: AreaKind) -> Result<Input, Unpriced> {
        let name = match kind {
            AreaKind::Building => BUILDING_AREA,
            AreaKind::Inner => INNER_AREA,
        };
        self.area_as(kind, name)
    }

    fn area_as(&self, kind: AreaKind, name: &str) -> Result<Input, Unpriced> {
        let set = self.unit.area_on(self.day);
        let value = set.and_then(|set| match kind {
            AreaKind::Building => Some(set.building_area_sqm),
            AreaKind::Inner => set.inner_area_sqm,
        });
        let (value, since) = value.zip(set.map(|set| set.from)).ok_or_else(|| missing(name))?;
        input(name, value, Some(since))
    }

    /// A unit is one household unless its attribute says otherwise.
    fn attribute(&self, name: &str) -> Result<Input, Unpriced> {
        match self.unit.attribute_on(self.day, name) {
            Some((since, value)) => input(name, value, Some(since)),
            None if name == HOUSEHOLDS => {
                let one = Exact::new(Decimal::ONE).map_err(|_| SkipReason::FormulaInvalid)?;
                input(name, one, None)
            }
            None => Err(missing(name)),
        }
    }

    /// Whatever a formula names but one name, if one is left out.
    fn of_formula(
        &self,
        formula: &FormulaText,
        (unit_price, since): (Option<Exact>, CivilDate),
        left_out: Option<&str>,
    ) -> Result<Vec<Input>, Unpriced> {
        let program = Program::compile(formula.as_str()).map_err(|_| SkipReason::FormulaInvalid)?;
        let value = |name: &Variable| match unit_price {
            Some(price) if name.as_str() == UNIT_PRICE => input(UNIT_PRICE, price, Some(since)),
            _ => self.named(name.as_str()),
        };
        program.variables().iter().filter(|name| left_out != Some(name.as_str())).map(value).collect()
    }

    /// By the name that formulas have for it.
    fn named(&self, name: &str) -> Result<Input, Unpriced> {
        match name {
            AREA => self.area_as(AreaKind::Building, AREA),
            INNER => self.area_as(AreaKind::Inner, INNER),
            FLOOR => input(FLOOR, self.unit.floor().ok_or_else(|| missing(FLOOR))?, None),
            _ => self.attribute(name),
        }
    }
}

/// A value of a unit on a day, by the name that formulas have for it.
///
/// # Errors
/// [`Unpriced`] with the value that is not known.
pub(crate) fn input_named(unit: &UnitState, day: CivilDate, name: &str) -> Result<Input, Unpriced> {
    Values { unit, day }.named(name)
}

/// The price that inputs say, with the formula they are for; none when they say none.
pub(crate) fn price_of(inputs: &[Input], formula: Option<&FormulaText>) -> Option<charges::Price> {
    if let Some(formula) = formula {
        let amount_per_month = value_of(inputs, formula).ok()?;
        return Some(charges::Price::Fixed { amount_per_month });
    }
    let value = |name: &str| inputs.iter().find(|input| input.name.as_str() == name).map(|input| input.value.decimal());
    if let Some(unit_price) = value(UNIT_PRICE) {
        let area: Decimal = value(BUILDING_AREA).or_else(|| value(INNER_AREA))?;
        return Some(match value(COEFFICIENT) {
            Some(coefficient) => charges::Price::Coefficient { unit_price, area, coefficient },
            None => charges::Price::PerArea { unit_price, area },
        });
    }
    if let Some(amount) = value(PER_HOUSEHOLD) {
        return Some(charges::Price::PerHousehold { amount, households: value(HOUSEHOLDS)? });
    }
    if let Some(amount_per_month) = value(PER_MONTH) {
        return Some(charges::Price::Fixed { amount_per_month });
    }
    let cycle_months = u32::try_from(value(CYCLE_MONTHS)?).ok()?;
    Some(charges::Price::FixedPerCycle { amount_per_cycle: value(PER_CYCLE)?, cycle_months })
}

/// What a line was billed on with another price, where that is one number; none where it is not.
pub(crate) fn with_price(billed: &Billed, price: Exact) -> Option<Vec<Input>> {
    let inputs = &billed.inputs;
    let is_price = |input: &&Input| [UNIT_PRICE, PER_MONTH, PER_CYCLE, PER_HOUSEHOLD].contains(&input.name.as_str());
    let by_floor = billed.formula.is_none() && inputs.iter().any(|input| input.name.as_str() == FLOOR);
    if by_floor || inputs.iter().filter(is_price).count() != 1 {
        return None;
    }
    let other = |input: &Input| Input { value: if is_price(&input) { price } else { input.value }, ..input.clone() };
    Some(inputs.iter().map(other).collect())
}

/// The words for a value that every community knows.
pub(crate) fn label_of(name: &str) -> Option<&'static str> {
    Some(match name {
        BUILDING_AREA | AREA => "建筑面积",
        INNER_AREA | INNER => "套内面积",
        UNIT_PRICE => "单价",
        PER_MONTH => "每月金额",
        PER_CYCLE => "每期金额",
        CYCLE_MONTHS => "每期月数",
        PER_HOUSEHOLD => "每户每月金额",
        HOUSEHOLDS => "户数",
        COEFFICIENT => "系数",
        FLOOR => "楼层",
        USAGE => "用量",
        _ => return pool::label_of(name).or_else(|| fund_label_of(name)),
    })
}

/// The price that inputs say without a formula, in words: what a month costs.
pub(crate) fn price_told(inputs: &[Input]) -> Option<String> {
    let find = |name: &str| inputs.iter().find(|input| input.name.as_str() == name);
    let value = |name: &str| find(name).map(|input| input.value.decimal().normalize());
    let floor = value(FLOOR).map(|floor| format!("（{floor} 层）")).unwrap_or_default();
    if let Some(price) = value(UNIT_PRICE) {
        let area = find(BUILDING_AREA).or_else(|| find(INNER_AREA))?;
        let (label, area) = (label_of(area.name.as_str())?, area.value.decimal().normalize());
        let weight = value(COEFFICIENT).map(|weight| format!(" × 系数 {weight}")).unwrap_or_default();
        return Some(format!("{label} {area} 平方米 × 单价 {price} 元/平方米·月{floor}{weight}"));
    }
    if let Some(amount) = value(PER_HOUSEHOLD) {
        return Some(format!("{} 户 × 每户每月 {amount} 元", value(HOUSEHOLDS)?));
    }
    if let Some(amount) = value(PER_MONTH) {
        return Some(format!("每月 {amount} 元{floor}"));
    }
    Some(format!("每期 {} 元 ÷ {} 个月", value(PER_CYCLE)?, value(CYCLE_MONTHS)?))
}

/// What a formula says of these inputs.
///
/// # Errors
/// [`FormulaError`].
pub(crate) fn value_of(inputs: &[Input], formula: &FormulaText) -> Result<Decimal, FormulaError> {
    let values: BTreeMap<Variable, Decimal> =
        inputs.iter().filter_map(|input| Some((input.name.as_str().parse().ok()?, input.value.decimal()))).collect();
    Program::compile(formula.as_str())?.run(&values)
}
