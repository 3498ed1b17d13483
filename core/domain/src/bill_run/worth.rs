//! What a discount is worth: what it takes off the days it is for, at the prices that are known by now.

use super::cut::pieces;
use super::inputs::price_of;
use crate::account::DiscountTerms;
use crate::calendar::DateRange;
use crate::fee_item::FeeItemState;
use crate::id::FeeItemId;
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::charges::Line;
use crate::rule::discounts::taken_off;
use crate::rule::months::Cycle;
use crate::unit::UnitState;
use rust_decimal::Decimal;

/// What terms take off the price of some days by calendar months, as if nothing else did; days without a price count
/// nothing.
///
/// # Errors
/// [`CommonRefusal::AmountMustBeInRange`].
pub(crate) fn worth(
    unit: &UnitState,
    (fee_item, item): (FeeItemId, &FeeItemState),
    days: DateRange,
    terms: DiscountTerms,
) -> Result<Money, Refusal> {
    let mut worth = Money::ZERO;
    for (service, priced) in pieces(days, unit, fee_item, item) {
        let Ok(known) = priced else { continue };
        let Some(price) = price_of(&known.inputs, known.formula.as_ref()) else { continue };
        let (cycle, discount_factor) = (Cycle::Calendar, Decimal::ONE);
        let line = Line { price, service, cycle, discount_factor, round_to: known.tariff.round_to };
        let off = taken_off(&line, &[terms.off()]).map_err(|_| CommonRefusal::AmountMustBeInRange)?;
        worth = off.into_iter().try_fold(worth, Money::plus)?;
    }
    Ok(worth)
}
