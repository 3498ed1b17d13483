//! What a month charge rests on: written into it when it is billed, read again when its days are charged to another party.

use super::cut::Terms;
use crate::account::Input;
use crate::fee_item::{AmountPer, AreaKind, Price};
use crate::rule::charges;
use crate::value::Exact;
use rust_decimal::Decimal;

const BUILDING_AREA: &str = "building_area_sqm";
const INNER_AREA: &str = "inner_area_sqm";
const UNIT_PRICE: &str = "unit_price";
const PER_MONTH: &str = "amount_per_month";
const PER_CYCLE: &str = "amount_per_cycle";
const CYCLE_MONTHS: &str = "cycle_months";

/// The price of a piece and what it is multiplied with, each with the day since when it holds.
pub(super) fn inputs(terms: &Terms<'_>) -> Vec<Input> {
    let since = Some(terms.tariff.from);
    let input = |name: &str, value: Exact, since| name.parse().ok().map(|name| Input { name, value, since });
    let all = match (&terms.tariff.price, terms.area) {
        (Price::PerArea { area, unit_price }, measured) => {
            let name = match area {
                AreaKind::Building => BUILDING_AREA,
                AreaKind::Inner => INNER_AREA,
            };
            let measured = measured.and_then(|(value, from)| input(name, value, Some(from)));
            [measured, input(UNIT_PRICE, *unit_price, since)]
        }
        (Price::Fixed { amount, per: AmountPer::Month }, _) => [input(PER_MONTH, *amount, since), None],
        (Price::Fixed { amount, per: AmountPer::Cycle }, _) => {
            let months = Exact::new(terms.tariff.cycle_months.0.into()).ok();
            let months = months.and_then(|months| input(CYCLE_MONTHS, months, since));
            [input(PER_CYCLE, *amount, since), months]
        }
    };
    all.into_iter().flatten().collect()
}

/// The price that inputs say; none when they say none.
pub(crate) fn price_of(inputs: &[Input]) -> Option<charges::Price> {
    let value = |name: &str| inputs.iter().find(|input| input.name.as_str() == name).map(|input| input.value.decimal());
    if let Some(unit_price) = value(UNIT_PRICE) {
        let area: Decimal = value(BUILDING_AREA).or_else(|| value(INNER_AREA))?;
        return Some(charges::Price::PerArea { unit_price, area });
    }
    if let Some(amount_per_month) = value(PER_MONTH) {
        return Some(charges::Price::Fixed { amount_per_month });
    }
    let cycle_months = u32::try_from(value(CYCLE_MONTHS)?).ok()?;
    Some(charges::Price::FixedPerCycle { amount_per_cycle: value(PER_CYCLE)?, cycle_months })
}
