//! Which prices may be set: bounds of each kind, and formulas that name what a community knows of its units.

use super::event::{FloorStep, Parking, ParkingBlock, ParkingDay, Price, PriceTier, PricedBy};
use super::refusal::FeeItemRefusal;
use crate::bill_run::{UNIT_PRICE, USAGE, formula_must_fit, is_standard};
use crate::calendar::CivilDate;
use crate::community::CommunityState;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::rule::formula::{FormulaError, Program};
use crate::rule::parking;
use crate::rule::tiered_usage::Tier;
use crate::supplier_bill::Utility;
use crate::unit::UnitState;
use crate::value::{Exact, FormulaText, Variable};
use rust_decimal::Decimal;

/// The most units that a refusal lists.
const SHOWN: usize = 20;
/// Floors that a price may tell apart.
const STEPS_LIMIT: usize = 50;
/// Tiers that a price may have.
const TIERS_LIMIT: usize = 10;
/// A day.
const MINUTES_LIMIT: u32 = 1440;
/// Thirty days.
const HOURS_LIMIT: u32 = 720;
const PARKING_STEPS_LIMIT: usize = 10;
/// With those of a quantity they are what an exact cost has.
const METERED_DECIMALS: u32 = 4;
const UNIT_PRICE_LIMIT: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);
/// Ten thousand yuan.
const BLOCK_LIMIT: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);
/// A hundred thousand yuan.
const CAP_LIMIT: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);
const AMOUNT_LIMIT: Decimal = Decimal::from_parts(100_000_000, 0, 0, false, 0);

/// Refuses a price that is out of range, or a formula that is none or names what nobody defined.
///
/// # Errors
/// [`FeeItemRefusal`] at the part of `/price`.
pub(crate) fn price_must_hold(price: &Price, community: &CommunityState) -> Result<(), Refusal> {
    match price {
        Price::PerArea { unit_price, .. } | Price::Coefficient { unit_price, .. } => {
            must_be_within(*unit_price, UNIT_PRICE_LIMIT)
        }
        Price::Fixed { amount, .. } | Price::PerHousehold { amount } => must_be_within(*amount, AMOUNT_LIMIT),
        Price::Shared => Ok(()),
        Price::FloorSteps { area, steps } => {
            let limit = if area.is_some() { UNIT_PRICE_LIMIT } else { AMOUNT_LIMIT };
            steps_must_ascend(steps)?;
            steps.iter().try_for_each(|step| must_be_within(step.price, limit))
        }
        Price::Formula { formula, unit_price } => {
            unit_price.map_or(Ok(()), |price| must_be_within(price, UNIT_PRICE_LIMIT))?;
            formula_must_hold(formula, if unit_price.is_some() { &[UNIT_PRICE] } else { &[] }, community)
        }
        Price::MeteredFormula { formula, unit_price, .. } => {
            unit_price.map_or(Ok(()), |price| must_be_within(price, UNIT_PRICE_LIMIT))?;
            formula_must_hold(formula, if unit_price.is_some() { &[USAGE, UNIT_PRICE] } else { &[USAGE] }, community)?;
            usage_must_be_named(formula)
        }
        Price::Metered { unit_price, .. } => must_be_metered(*unit_price),
        Price::TieredMetered { tiers, .. } => {
            tiers_must_ascend(tiers)?;
            tiers.iter().try_for_each(|tier| must_be_metered(tier.price))
        }
        Price::Parking(parking) => parking_must_hold(parking),
    }
}

impl Price {
    /// Which meters it is for; none when it is for time.
    pub fn utility(&self) -> Option<Utility> {
        match self {
            Self::Metered { utility, .. }
            | Self::TieredMetered { utility, .. }
            | Self::MeteredFormula { utility, .. } => Some(*utility),
            Self::PerArea { .. }
            | Self::Fixed { .. }
            | Self::PerHousehold { .. }
            | Self::FloorSteps { .. }
            | Self::Coefficient { .. }
            | Self::Formula { .. }
            | Self::Parking(_)
            | Self::Shared => None,
        }
    }

    /// Which day decides for what meters count; none when it is for time.
    pub fn priced_by(&self) -> Option<PricedBy> {
        match self {
            Self::Metered { priced_by, .. } | Self::TieredMetered { priced_by, .. } => Some(*priced_by),
            Self::MeteredFormula { .. } => Some(PricedBy::ReadingDay),
            Self::PerArea { .. }
            | Self::Fixed { .. }
            | Self::PerHousehold { .. }
            | Self::FloorSteps { .. }
            | Self::Coefficient { .. }
            | Self::Formula { .. }
            | Self::Parking(_)
            | Self::Shared => None,
        }
    }

    /// Temporary stays; none for what units are charged for.
    pub fn parking(&self) -> Option<&Parking> {
        match self {
            Self::Parking(parking) => Some(parking),
            Self::PerArea { .. }
            | Self::Fixed { .. }
            | Self::PerHousehold { .. }
            | Self::FloorSteps { .. }
            | Self::Coefficient { .. }
            | Self::Formula { .. }
            | Self::Shared
            | Self::Metered { .. }
            | Self::TieredMetered { .. }
            | Self::MeteredFormula { .. } => None,
        }
    }

    /// The same with another number; none where the price is not one number.
    pub fn with_number(&self, number: Exact) -> Option<Self> {
        let mut price = self.clone();
        match &mut price {
            Self::PerArea { unit_price, .. }
            | Self::Coefficient { unit_price, .. }
            | Self::Metered { unit_price, .. }
            | Self::Formula { unit_price: Some(unit_price), .. }
            | Self::MeteredFormula { unit_price: Some(unit_price), .. } => *unit_price = number,
            Self::Fixed { amount, .. } | Self::PerHousehold { amount } => *amount = number,
            Self::FloorSteps { .. }
            | Self::TieredMetered { .. }
            | Self::Formula { unit_price: None, .. }
            | Self::MeteredFormula { unit_price: None, .. }
            | Self::Parking(_)
            | Self::Shared => return None,
        }
        Some(price)
    }

    /// By quantity; none when it is for time, or when a formula says it.
    pub fn tiers(&self) -> Option<Vec<PriceTier>> {
        match self {
            Self::Metered { unit_price, .. } => Some(vec![PriceTier { up_to: None, price: *unit_price }]),
            Self::TieredMetered { tiers, .. } => Some(tiers.clone()),
            Self::PerArea { .. }
            | Self::Fixed { .. }
            | Self::PerHousehold { .. }
            | Self::FloorSteps { .. }
            | Self::Coefficient { .. }
            | Self::Formula { .. }
            | Self::MeteredFormula { .. }
            | Self::Parking(_)
            | Self::Shared => None,
        }
    }
}

impl Parking {
    /// As the rule has it, from a day on.
    pub(crate) fn terms(&self, from: CivilDate) -> parking::Terms {
        let day = |day| match day {
            ParkingDay::Rolling => parking::Day::Rolling,
            ParkingDay::Calendar => parking::Day::Calendar,
        };
        parking::Terms {
            from,
            free_minutes: self.free_minutes.0,
            first: self.first.block(),
            further: self.further.block(),
            steps: self.steps.iter().map(|step| (step.after_hours.0.saturating_mul(60), step.block.block())).collect(),
            cap: self.cap.map(|cap| (day(cap.day), cap.amount)),
        }
    }
}

impl ParkingBlock {
    fn block(self) -> parking::Block {
        parking::Block { minutes: self.minutes.0, price: self.amount }
    }
}

impl PriceTier {
    /// As the rule has it.
    pub(crate) fn tier(&self) -> Tier {
        Tier { up_to: self.up_to.map(Exact::decimal), price: self.price.decimal() }
    }
}

/// Refuses temporary stays for an item of what units are charged for, and the other way round.
///
/// # Errors
/// [`FeeItemRefusal::ParkingMustStay`].
pub(crate) fn parking_must_stay(price: &Price, before: Option<&Price>) -> Result<(), Refusal> {
    match before {
        Some(before) if before.parking().is_some() != price.parking().is_some() => {
            Err(FeeItemRefusal::ParkingMustStay.at("/price"))
        }
        _ => Ok(()),
    }
}

/// Refuses a price for time where others are by quantity, and the other way round, and another kind of meters: what was
/// billed by one could be billed again by the other. What decides for a day of use stays too: tiers of a year are
/// counted by it.
///
/// # Errors
/// [`FeeItemRefusal::UtilityMustStay`], [`FeeItemRefusal::PricedByMustStay`].
pub(crate) fn utility_must_stay(price: &Price, before: Option<&Price>) -> Result<(), Refusal> {
    match before {
        Some(before) if before.utility() != price.utility() => Err(FeeItemRefusal::UtilityMustStay.at("/price")),
        Some(before) if before.priced_by() != price.priced_by() => {
            Err(FeeItemRefusal::PricedByMustStay.at("/price/priced_by"))
        }
        _ => Ok(()),
    }
}

/// Refuses a price by formula that says no amount for some units, with those it fails for, the first of them by code and what
/// is not known of it.
///
/// # Errors
/// [`FeeItemRefusal::FormulaMustFitUnits`] at `/price/formula`.
pub(crate) fn formula_must_fit_units<'u>(
    price: &Price,
    units: impl Iterator<Item = (&'u UnitState, CivilDate)>,
) -> Result<(), Refusal> {
    let failed = |(unit, day): (&UnitState, CivilDate)| {
        let missing = formula_must_fit(unit, price, day).err()?;
        Some((unit.code().map(ToString::to_string).unwrap_or_default(), missing))
    };
    let failed: Vec<(String, Option<Variable>)> = units.filter_map(failed).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let refusal = FeeItemRefusal::FormulaMustFitUnits.at("/price/formula").with("units", failed.len());
    Err(failed.into_iter().take(SHOWN).fold(refusal, |refusal, (code, missing)| match missing {
        Some(name) => refusal.with("missing", format!("{code}: {name}")),
        None => refusal.with("unit", code),
    }))
}

fn must_be_metered(price: Exact) -> Result<(), Refusal> {
    must_be_within(price, UNIT_PRICE_LIMIT)?;
    let fine = price.decimal().scale() > METERED_DECIMALS;
    if fine { Err(FeeItemRefusal::PriceMustBeInRange.at("/price")) } else { Ok(()) }
}

fn parking_must_hold(parking: &Parking) -> Result<(), Refusal> {
    if parking.free_minutes.0 > MINUTES_LIMIT {
        return Err(FeeItemRefusal::FreeMinutesMustBeInRange.at("/price/free_minutes"));
    }
    let steps = parking.steps.iter().map(|step| step.block);
    let blocks: Vec<ParkingBlock> = [parking.first, parking.further].into_iter().chain(steps).collect();
    let amounts = Decimal::ZERO..=BLOCK_LIMIT;
    let fits = |block: &ParkingBlock| {
        (1..=MINUTES_LIMIT).contains(&block.minutes.0) && amounts.contains(&block.amount.decimal())
    };
    if !blocks.iter().all(fits) || parking.first.amount.is_zero() {
        return Err(FeeItemRefusal::ParkingBlocksMustBeInRange.at("/price/first"));
    }
    let hours: Vec<u32> = parking.steps.iter().map(|step| step.after_hours.0).collect();
    let ascend = hours.is_sorted_by(|one, next| one < next)
        && hours.iter().all(|hours| (1..=HOURS_LIMIT).contains(hours) && hours * 60 >= parking.first.minutes.0);
    if !ascend || hours.len() > PARKING_STEPS_LIMIT {
        return Err(FeeItemRefusal::ParkingStepsMustAscend.at("/price/steps"));
    }
    let covers = |cap: Money| cap.decimal() <= CAP_LIMIT && blocks.iter().all(|block| block.amount <= cap);
    if parking.cap.is_none_or(|cap| covers(cap.amount)) {
        Ok(())
    } else {
        Err(FeeItemRefusal::ParkingCapMustCoverBlocks.at("/price/cap"))
    }
}

fn tiers_must_ascend(tiers: &[PriceTier]) -> Result<(), Refusal> {
    let mut reached = Decimal::ZERO;
    let rises = |tier: &PriceTier| {
        let up_to =
            tier.up_to.map(Exact::decimal).filter(|up_to| *up_to > reached && up_to.scale() <= METERED_DECIMALS);
        reached = up_to.unwrap_or(reached);
        up_to.is_some()
    };
    let ascend = tiers.split_last().is_some_and(|(last, earlier)| last.up_to.is_none() && earlier.iter().all(rises));
    let good = ascend && tiers.len() <= TIERS_LIMIT;
    if good { Ok(()) } else { Err(FeeItemRefusal::TiersMustAscend.at("/price/tiers")) }
}

fn must_be_within(price: Exact, limit: Decimal) -> Result<(), Refusal> {
    let within = (Decimal::ZERO..=limit).contains(&price.decimal());
    if within { Ok(()) } else { Err(FeeItemRefusal::PriceMustBeInRange.at("/price")) }
}

fn steps_must_ascend(steps: &[FloorStep]) -> Result<(), Refusal> {
    let floors = steps.iter().map(|step| step.from_floor.decimal());
    let real = |floor: Decimal| floor.fract().is_zero() && floor.abs() <= Decimal::from(200);
    let ascend =
        steps.windows(2).all(|pair| pair.first().map(|step| step.from_floor) < pair.last().map(|step| step.from_floor));
    let good = (1..=STEPS_LIMIT).contains(&steps.len()) && ascend && floors.into_iter().all(real);
    if good { Ok(()) } else { Err(FeeItemRefusal::FloorStepsMustAscend.at("/price/steps")) }
}

/// Refuses a formula over usage that does not name it.
fn usage_must_be_named(formula: &FormulaText) -> Result<(), Refusal> {
    let named = |program: Program| program.variables().iter().any(|variable| variable.as_str() == USAGE);
    if Program::compile(formula.as_str()).is_ok_and(named) {
        Ok(())
    } else {
        Err(FeeItemRefusal::FormulaMustNameUsage.at("/price/formula"))
    }
}

/// Refuses a formula that is none or names what nobody defined; `given` are the names that its kind gives it.
///
/// # Errors
/// [`FeeItemRefusal`] at `/price/formula`.
pub(crate) fn formula_must_hold(
    formula: &FormulaText,
    given: &[&str],
    community: &CommunityState,
) -> Result<(), Refusal> {
    let program = Program::compile(formula.as_str()).map_err(|error| {
        let refusal = FeeItemRefusal::FormulaMustBeReadable.at("/price/formula");
        match error {
            FormulaError::Syntax(at) => refusal.with("character", at),
            _ => refusal,
        }
    })?;
    let known = |name: &str| match name {
        USAGE | UNIT_PRICE => given.contains(&name),
        _ => is_standard(name) || community.attribute(name).is_some(),
    };
    match program.variables().iter().find(|variable| !known(variable.as_str())) {
        Some(variable) => Err(FeeItemRefusal::FormulaMustNameKnown.at("/price/formula").with("name", variable)),
        None => Ok(()),
    }
}
