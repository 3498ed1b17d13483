//! Records readings of meters 抄表, all of them or none; those far from a meter's history are held.

use super::{counting, last_before};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{CommunityId, MeterId};
use crate::ledger::{LedgerKind, must_be};
use crate::meter::reading::total;
use crate::meter::{MeterRead, MeterRefusal, Reading, ReadingHeld, ReadingKind};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Digest, Exact};
use std::collections::BTreeSet;

/// Readings of one command.
pub const MAX_READINGS: usize = 50;

/// A reading to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReading {
    /// The meter.
    pub meter: MeterId,
    /// The day.
    pub on: CivilDate,
    /// What it shows.
    pub value: Exact,
    /// It has passed its highest number since the reading before.
    pub rolled_over: bool,
    /// How it came about.
    pub kind: ReadingKind,
    /// SHA-256 of the photo that was taken of it.
    pub photo: Option<Digest>,
}

/// Meters were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordReadings {
    /// 1–50, each meter once.
    pub readings: Vec<NewReading>,
}

impl Decide for RecordReadings {
    fn operation(&self) -> &'static str {
        "record_readings"
    }

    fn needs(&self) -> Vec<StreamRef> {
        self.readings.iter().map(|reading| reading.meter.into()).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let meters: BTreeSet<MeterId> = self.readings.iter().map(|reading| reading.meter).collect();
        if meters.len() != self.readings.len() || !(1..=MAX_READINGS).contains(&meters.len()) {
            return Err(MeterRefusal::ReadingsMustBeFew.at("/readings"));
        }
        for (n, reading) in self.readings.iter().enumerate() {
            record(draft, reading).map_err(|refusal| {
                let field = refusal.pointer.clone().unwrap_or_default();
                refusal.at(format!("/readings/{n}{field}"))
            })?;
        }
        Ok(())
    }
}

fn record(draft: &mut Draft<'_>, new: &NewReading) -> Result<(), Refusal> {
    let state = counting(draft, new.meter)?;
    let last = last_before(draft, &state, new.on)?;
    let device = state.device().ok_or(MeterRefusal::MeterMustExist)?;
    let total = total(device, (last.goes_on_at, last.total), new.value, new.rolled_over)
        .map_err(|refusal| refusal.at("/value"))?;
    let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
    let far = community.meter_check().far(&state, new.on, total);
    drop(state);
    let reading = Reading {
        reading: draft.mint("reading"),
        on: new.on,
        value: new.value,
        rolled_over: new.rolled_over,
        kind: new.kind,
        photo: new.photo,
        total,
    };
    match far {
        Some(far) => draft.push(new.meter, ReadingHeld { reading, daily: far.daily, usual: far.usual }),
        None => draft.push(new.meter, MeterRead { reading }),
    }
    Ok(())
}
