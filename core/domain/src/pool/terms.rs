//! Who bears a pool and by what weight: units of the scope, and the values that weigh them.
//!
//! May never happen here: a unit left out because something of it is not known.

use super::event::{PoolScope, PoolWeight};
use crate::account::Input;
use crate::bill_run::{Unpriced, input_named};
use crate::calendar::DateRange;
use crate::id::MeterId;
use crate::meter::MeterState;
use crate::rule::formula::Program;
use crate::unit::{UnitKind, UnitState};
use crate::value::{Exact, Label, Variable};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of a weight that meters counted.
const USAGE: &str = "usage";
/// Decimals of a weight that a formula says.
const WEIGHT_DECIMALS: u32 = 8;

impl PoolScope {
    /// True when a unit of some kind in a building and an entrance bears its part, if it is one of these kinds.
    pub fn has(&self, kinds: &[UnitKind], kind: UnitKind, place: (Option<&Label>, Option<&Label>)) -> bool {
        let inside = match self {
            Self::Community | Self::Units { .. } => true,
            Self::Building { building } => place.0 == Some(building),
            Self::Entrance { building, entrance } => place == (Some(building), Some(entrance)),
        };
        inside && (kinds.is_empty() || kinds.contains(&kind))
    }

    /// In words, with the kinds of units that it is about.
    pub fn told(&self, kinds: &[UnitKind]) -> String {
        let place = match self {
            Self::Community => "全小区".to_owned(),
            Self::Building { building } => building.to_string(),
            Self::Entrance { building, entrance } => format!("{building} {entrance}"),
            Self::Units { units } => format!("指定的 {} 个房屋", units.len()),
        };
        let kind = |kind: &UnitKind| match kind {
            UnitKind::Residence => "住宅",
            UnitKind::Shop => "商铺",
            UnitKind::Parking => "车位",
            UnitKind::Storage => "储藏室",
        };
        let kinds = kinds.iter().map(kind).collect::<Vec<_>>().join("、");
        if kinds.is_empty() { place } else { format!("{place}（{kinds}）") }
    }
}

impl PoolWeight {
    /// In words.
    pub(super) fn told(&self) -> String {
        match self {
            Self::BuildingArea => "按建筑面积".to_owned(),
            Self::InnerArea => "按套内面积".to_owned(),
            Self::Household => "按户数".to_owned(),
            Self::Floor => "按楼层".to_owned(),
            Self::Coefficient => "按系数".to_owned(),
            Self::Usage { .. } => "按表计用量".to_owned(),
            Self::Formula { formula } => format!("按公式 {formula}"),
        }
    }

    /// The value of a unit that it is, by the name that formulas have for it; none for a formula.
    pub(super) fn value_name(&self) -> Option<&'static str> {
        match self {
            Self::BuildingArea => Some("area"),
            Self::InnerArea => Some("inner_area"),
            Self::Household => Some("household_count"),
            Self::Floor => Some("floor"),
            Self::Coefficient => Some("coefficient"),
            Self::Usage { .. } => Some(USAGE),
            Self::Formula { .. } => None,
        }
    }

    /// Which meters of a unit weigh it.
    pub(super) fn meters(&self, unit: &UnitState) -> Vec<MeterId> {
        match self {
            Self::Usage { utility } => {
                unit.meters().iter().filter(|(_, of)| of == utility).map(|(meter, _)| *meter).collect()
            }
            Self::BuildingArea
            | Self::InnerArea
            | Self::Household
            | Self::Floor
            | Self::Coefficient
            | Self::Formula { .. } => Vec::new(),
        }
    }

    /// What a unit weighs in some days: its values are of the first of them.
    ///
    /// # Errors
    /// The value that is not known; none when the formula says no number.
    pub(super) fn of(
        &self,
        unit: &UnitState,
        meters: &[Arc<MeterState>],
        days: DateRange,
    ) -> Result<Exact, Option<Variable>> {
        let known = |name: &str| input_named(unit, days.from(), name).map_err(|Unpriced { missing, .. }| missing);
        let formula = match (self, self.value_name()) {
            (Self::Formula { formula }, _) => formula,
            (Self::Usage { .. }, _) => return used(meters, days).ok_or_else(|| USAGE.parse().ok()),
            (_, Some(name)) => return known(name).map(|input| input.value),
            (_, None) => return Err(None),
        };
        let program = Program::compile(formula.as_str()).map_err(|_| None)?;
        let mut values: BTreeMap<Variable, Decimal> = BTreeMap::new();
        for variable in program.variables() {
            let Input { value, .. } = known(variable.as_str())?;
            values.insert(variable.clone(), value.decimal());
        }
        let weight = program.run(&values).map_err(|_| None)?;
        let rounded = weight.round_dp_with_strategy(WEIGHT_DECIMALS, RoundingStrategy::MidpointAwayFromZero);
        Exact::new(rounded).map_err(|_| None)
    }
}

/// What meters counted in some days together; none when there is no meter, or one that was not read to the end of its days.
fn used(meters: &[Arc<MeterState>], days: DateRange) -> Option<Exact> {
    let mut sum = (!meters.is_empty()).then_some(Decimal::ZERO)?;
    for meter in meters {
        let (first, last) = (meter.points().first()?.on, meter.points().last()?.on);
        // What a meter did not count before it was there, and counts no more after it was removed, is nothing.
        let from = days.from().max(first);
        let until = if meter.is_removed() { days.until().min(last) } else { days.until() };
        if let Ok(counted) = DateRange::new(from, until) {
            sum = sum.checked_add(meter.used_in(counted)?)?;
        }
    }
    Exact::new(sum).ok()
}
