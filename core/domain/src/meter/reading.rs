//! From one value to the next: what a meter has counted in between, with multiplier, rollover and reversed installation.

use super::event::Device;
use super::refusal::MeterRefusal;
use crate::refusal::Refusal;
use crate::value::{Count, Exact};
use rust_decimal::Decimal;

/// The decimals that a value may have: with those of a multiplier they are what a quantity has.
const VALUE_DECIMALS: u32 = 3;
const MULTIPLIER_DECIMALS: u32 = 1;
const MULTIPLIER_LIMIT: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// Refuses an instrument that is none.
pub(super) fn device_must_hold(device: &Device) -> Result<(), Refusal> {
    let multiplier = device.multiplier.decimal();
    let fits = (3..=8).contains(&device.digits.0)
        && Decimal::ZERO < multiplier
        && multiplier <= MULTIPLIER_LIMIT
        && multiplier.scale() <= MULTIPLIER_DECIMALS;
    if fits { Ok(()) } else { Err(MeterRefusal::DeviceMustBeInRange.at("/device")) }
}

/// One more than the highest number before the point.
fn turn(Count(digits): Count) -> Decimal {
    Decimal::from(10_u32.saturating_pow(digits))
}

/// Refuses a value that the instrument cannot show.
pub(super) fn value_must_fit(device: &Device, value: Exact) -> Result<(), Refusal> {
    let shown = value.decimal();
    let fits = (Decimal::ZERO..turn(device.digits)).contains(&shown) && shown.scale() <= VALUE_DECIMALS;
    if fits { Ok(()) } else { Err(MeterRefusal::ReadingMustFitMeter.into()) }
}

/// What it has counted in all, going on from a value and a total.
///
/// # Errors
/// [`MeterRefusal::ReadingMustNotGoBack`], `RolloverMustBeNeeded`, `ReadingMustFitMeter`, `UsageMustBeInRange`.
pub(super) fn total(
    device: &Device,
    (from, so_far): (Exact, Exact),
    value: Exact,
    rolled_over: bool,
) -> Result<Exact, Refusal> {
    value_must_fit(device, value)?;
    let beyond = MeterRefusal::UsageMustBeInRange;
    let (from, to) = (from.decimal(), value.decimal());
    let steps = if device.reversed { from.checked_sub(to) } else { to.checked_sub(from) }.ok_or(beyond)?;
    let steps = match (rolled_over, steps < Decimal::ZERO) {
        (false, false) => steps,
        (true, true) => steps.checked_add(turn(device.digits)).ok_or(beyond)?,
        (false, true) => return Err(MeterRefusal::ReadingMustNotGoBack.with("last", from)),
        (true, false) => return Err(MeterRefusal::RolloverMustBeNeeded.with("last", from)),
    };
    let usage = steps.checked_mul(device.multiplier.decimal()).ok_or(beyond)?;
    let total = so_far.decimal().checked_add(usage).ok_or(beyond)?;
    Exact::new(total).map_err(|_| beyond.into())
}
