//! What a stay costs by the versions of its fee item: the same for who asks and for who records.

use crate::calendar::{CivilDate, Moment};
use crate::fee_item::{FeeItemRefusal, FeeItemState};
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::parking::{self, Cost, ParkingError, Terms};
use crate::taking::{ParkingVersion, TakingRefusal};

/// A stay with its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StayPrice {
    /// The versions that hold in it, in order.
    pub versions: Vec<ParkingVersion>,
    /// What it costs, step by step.
    pub cost: Cost,
}

/// Prices a stay.
///
/// # Errors
/// [`TakingRefusal`] for what is no stay, and an item that had no price for stays at the entry.
pub fn price_stay(item: &FeeItemState, entered_at: Moment, left_at: Moment) -> Result<StayPrice, Refusal> {
    item.created().ok_or_else(|| FeeItemRefusal::FeeItemMustExist.at("/fee_item"))?;
    if left_at <= entered_at {
        return Err(TakingRefusal::StayMustBeOver.at("/left_at"));
    }
    let (first, last) = (entered_at.day()?, left_at.day()?);
    let versions = versions(item, first, last);
    let cost = recompute(entered_at, left_at, &versions)?;
    Ok(StayPrice { versions, cost })
}

/// Computes a stay by versions, those of a fact or of today.
pub(crate) fn recompute(entered_at: Moment, left_at: Moment, versions: &[ParkingVersion]) -> Result<Cost, Refusal> {
    let terms: Vec<Terms> = versions.iter().map(|version| version.price.terms(version.from)).collect();
    parking::cost(entered_at.instant(), left_at.instant(), &terms).map_err(|error| match error {
        ParkingError::StayBackwards | ParkingError::StayTooLong => TakingRefusal::StayMustBeOver.at("/left_at"),
        ParkingError::VersionMissing | ParkingError::BlockEmpty => TakingRefusal::StayMustHaveTariff.at("/fee_item"),
        ParkingError::AmountOutOfRange => CommonRefusal::AmountMustBeInRange.into(),
    })
}

/// The version at the entry and those that begin by the day it ends.
fn versions(item: &FeeItemState, first: CivilDate, last: CivilDate) -> Vec<ParkingVersion> {
    let at_entry = item.tariffs().since(first).map(|(from, _)| from);
    let held = item.tariffs().iter().filter(|(from, _)| at_entry.is_some_and(|entry| entry <= *from) && *from <= last);
    let version = |tariff: &crate::fee_item::TariffSet| {
        let price = tariff.price.parking()?.clone();
        Some(ParkingVersion { tariff: tariff.tariff, from: tariff.from, price })
    };
    held.filter_map(|(_, tariff)| version(tariff)).collect()
}
