//! The cut of a cycle where tariff, area or party change: each piece has its own whole.

use super::inputs::{Quoted, Unpriced};
use super::plan::SkipReason;
use crate::account::{Applied, Input};
use crate::calendar::{CivilDate, DateRange};
use crate::fee_item::{FeeItemState, Price, TariffSet};
use crate::id::{FeeItemId, PartyId};
use crate::unit::UnitState;
use crate::value::{Exact, FormulaText};

/// What holds on every day of a piece.
#[derive(Debug, Clone)]
pub(crate) struct Terms<'a> {
    /// The tariff version that prices it.
    pub(crate) tariff: &'a TariffSet,
    /// What the price rests on.
    pub(crate) inputs: Vec<Input>,
    /// The formula that says the price, if one does.
    pub(crate) formula: Option<FormulaText>,
    /// Who owes it.
    pub(crate) obligor: PartyId,
    /// A tenant who pays it by contract.
    pub(crate) agreed_payer: Option<PartyId>,
    /// What lowers it, in order.
    pub(crate) discounts: Vec<Applied>,
}

impl Terms<'_> {
    /// A fact that repeats what held before cuts nothing.
    fn same(&self, other: &Self) -> bool {
        self.tariff.tariff == other.tariff.tariff
            && self.values().eq(other.values())
            && self.formula == other.formula
            && self.obligor == other.obligor
            && self.agreed_payer == other.agreed_payer
            && self.discounts.len() == other.discounts.len()
            && self.discounts.iter().zip(&other.discounts).all(|(one, next)| one.same(next))
    }

    fn values(&self) -> impl Iterator<Item = (&str, Exact)> {
        self.inputs.iter().map(|input| (input.name.as_str(), input.value))
    }
}

/// A piece of a cycle with its terms, or why it cannot be charged.
pub(super) type Piece<'a> = (DateRange, Result<Terms<'a>, Unpriced>);

/// Cuts a service time into its fewest pieces.
pub(super) fn pieces<'a>(
    service: DateRange,
    unit: &UnitState,
    fee_item: FeeItemId,
    item: &'a FeeItemState,
) -> Vec<Piece<'a>> {
    let mut borders = unit.changes_within(service);
    borders.extend(item.changes_within(service));
    borders.push(service.until());
    borders.sort_unstable();
    borders.dedup();
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let mut from = service.from();
    for until in borders {
        let Ok(days) = DateRange::new(from, until) else { continue };
        let terms = terms_on(from, unit, fee_item, item);
        from = until;
        match pieces.last_mut().filter(|(_, before)| alike(before, &terms)) {
            Some((joined, _)) => *joined = DateRange::new(joined.from(), until).unwrap_or(*joined),
            None => pieces.push((days, terms)),
        }
    }
    pieces
}

fn alike(a: &Result<Terms<'_>, Unpriced>, b: &Result<Terms<'_>, Unpriced>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => a.same(b),
        (Err(a), Err(b)) => a == b,
        _ => false,
    }
}

/// What holds for a fee item of a unit on a day, whether it is attached or not.
///
/// # Errors
/// [`Unpriced`] when no tariff, no value of the unit or nobody who owes is known.
pub(crate) fn terms_on<'a>(
    day: CivilDate,
    unit: &UnitState,
    fee_item: FeeItemId,
    item: &'a FeeItemState,
) -> Result<Terms<'a>, Unpriced> {
    let tariff = item.tariff_on(day).ok_or(SkipReason::TariffMissing)?;
    unit.status_on(day).ok_or(SkipReason::HandOverDateMissing)?;
    let obligor = unit.obligor_on(day).ok_or(SkipReason::ObligorMissing)?;
    let own = unit.price_on(day, fee_item);
    let (since, price) = own.unwrap_or((tariff.from, &tariff.price));
    let inputs = Quoted { price, since, cycle_months: tariff.cycle_months.0 }.inputs(unit, day)?;
    let formula = match price {
        Price::Formula { formula, .. } => Some(formula.clone()),
        _ => None,
    };
    let (agreed_payer, discounts) = (unit.agreed_payer_on(day, fee_item), item.discounts_on(unit, fee_item, day));
    Ok(Terms { tariff, inputs, formula, obligor, agreed_payer, discounts })
}
