//! The cut of a cycle where tariff, area or party change: each piece has its own whole.

use super::plan::SkipReason;
use crate::calendar::{CivilDate, DateRange};
use crate::fee_item::{AreaKind, FeeItemState, Price, TariffSet};
use crate::id::{FeeItemId, PartyId};
use crate::unit::UnitState;
use crate::value::Exact;

/// What holds on every day of a piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms<'a> {
    /// The tariff version that prices it.
    pub tariff: &'a TariffSet,
    /// The area that prices it, and since when it holds; only for prices per area.
    pub area: Option<(Exact, CivilDate)>,
    /// Who owes it.
    pub obligor: PartyId,
    /// A tenant who pays it by contract.
    pub agreed_payer: Option<PartyId>,
}

impl Terms<'_> {
    /// A fact that repeats what held before cuts nothing.
    fn same(&self, other: &Self) -> bool {
        self.tariff.tariff == other.tariff.tariff
            && self.area.map(|(area, _)| area) == other.area.map(|(area, _)| area)
            && self.obligor == other.obligor
            && self.agreed_payer == other.agreed_payer
    }
}

/// A piece of a cycle with its terms, or why it cannot be charged.
pub(super) type Piece<'a> = (DateRange, Result<Terms<'a>, SkipReason>);

/// Cuts a service time into its fewest pieces.
pub(super) fn pieces<'a>(
    service: DateRange,
    unit: &UnitState,
    fee_item: FeeItemId,
    item: &'a FeeItemState,
) -> Vec<Piece<'a>> {
    let mut borders = unit.changes_within(service);
    borders.extend(item.tariffs().changes_within(service));
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

fn alike(a: &Result<Terms<'_>, SkipReason>, b: &Result<Terms<'_>, SkipReason>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => a.same(b),
        (Err(a), Err(b)) => a == b,
        _ => false,
    }
}

fn terms_on<'a>(
    day: CivilDate,
    unit: &UnitState,
    fee_item: FeeItemId,
    item: &'a FeeItemState,
) -> Result<Terms<'a>, SkipReason> {
    let tariff = item.tariff_on(day).ok_or(SkipReason::TariffMissing)?;
    unit.status_on(day).ok_or(SkipReason::HandOverDateMissing)?;
    let obligor = unit.obligor_on(day).ok_or(SkipReason::ObligorMissing)?;
    let area = match &tariff.price {
        Price::PerArea { area, .. } => Some(area_on(day, unit, *area).ok_or(SkipReason::AreaMissing)?),
        Price::Fixed { .. } => None,
    };
    Ok(Terms { tariff, area, obligor, agreed_payer: unit.agreed_payer_on(day, fee_item) })
}

fn area_on(day: CivilDate, unit: &UnitState, kind: AreaKind) -> Option<(Exact, CivilDate)> {
    let set = unit.area_on(day)?;
    let area = match kind {
        AreaKind::Building => Some(set.building_area_sqm),
        AreaKind::Inner => set.inner_area_sqm,
    };
    area.map(|area| (area, set.from))
}
