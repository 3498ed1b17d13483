//! Commands of meters, one file each.

mod correct_reading;
mod record_readings;
mod register_meter;
mod remove_meter;
mod replace_meter;
mod settle_reading;

pub use correct_reading::CorrectReading;
pub use record_readings::{MAX_READINGS, NewReading, RecordReadings};
pub use register_meter::{OpeningReading, RegisterMeter};
pub use remove_meter::RemoveMeter;
pub use replace_meter::ReplaceMeter;
pub use settle_reading::{AcceptReading, RejectReading};

use super::refusal::MeterRefusal;
use super::state::{MeterState, Point};
use crate::calendar::CivilDate;
use crate::draft::Draft;
use crate::id::{MeterCodeId, MeterId};
use crate::refusal::Refusal;
use crate::value::Code;
use std::sync::Arc;

/// A meter that is registered.
fn existing(draft: &Draft<'_>, meter: MeterId) -> Result<Arc<MeterState>, Refusal> {
    let state = draft.meter(meter);
    if state.registered().is_some() { Ok(state) } else { Err(MeterRefusal::MeterMustExist.with("meter", meter)) }
}

/// A meter that counts and has no held reading.
fn counting(draft: &Draft<'_>, meter: MeterId) -> Result<Arc<MeterState>, Refusal> {
    let state = existing(draft, meter)?;
    if state.is_removed() {
        return Err(MeterRefusal::MeterMustBeInstalled.with("meter", meter));
    }
    match state.held() {
        Some(held) => Err(MeterRefusal::HeldReadingMustBeSettled.with("reading", held.reading.reading)),
        None => Ok(state),
    }
}

/// Refuses a day to come.
fn must_be_past(draft: &Draft<'_>, on: CivilDate) -> Result<(), Refusal> {
    if on <= draft.context.today { Ok(()) } else { Err(MeterRefusal::ReadingMustNotBeInFuture.at("/on")) }
}

/// The last reading, which must be of an earlier day.
fn last_before(draft: &Draft<'_>, state: &MeterState, on: CivilDate) -> Result<Point, Refusal> {
    must_be_past(draft, on)?;
    let last = state.points().last().ok_or(MeterRefusal::MeterMustExist)?;
    if last.on < on { Ok(last.clone()) } else { Err(MeterRefusal::ReadingMustBeLater.with("last", last.on).at("/on")) }
}

/// The claim on a number that no meter has.
fn free_code(draft: &Draft<'_>, code: &Code) -> Result<MeterCodeId, Refusal> {
    let claim = MeterCodeId::of_code(draft.context.ledger_id, code.as_str());
    match draft.meter_code(claim).meter() {
        Some(other) => Err(MeterRefusal::MeterCodeMustBeFree.at("/code").with("meter", other)),
        None => Ok(claim),
    }
}
