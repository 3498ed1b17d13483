//! Accepts or rejects a reading that is held.

use super::existing;
use crate::draft::{Decide, Draft};
use crate::id::{MeterId, ReadingId};
use crate::meter::{MeterRefusal, ReadingAccepted, ReadingRejected};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// A held reading is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptReading {
    /// The meter.
    pub meter: MeterId,
    /// The reading.
    pub reading: ReadingId,
    /// Why.
    pub reason: Label,
}

/// A held reading is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectReading {
    /// The meter.
    pub meter: MeterId,
    /// The reading.
    pub reading: ReadingId,
    /// Why.
    pub reason: Label,
}

fn must_be_held(draft: &Draft<'_>, meter: MeterId, reading: ReadingId) -> Result<(), Refusal> {
    let state = existing(draft, meter)?;
    let held = state.held().is_some_and(|held| held.reading.reading == reading);
    if held { Ok(()) } else { Err(MeterRefusal::ReadingMustBeHeld.with("reading", reading)) }
}

impl Decide for AcceptReading {
    fn operation(&self) -> &'static str {
        "accept_reading"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.meter.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be_held(draft, self.meter, self.reading)?;
        draft.push(self.meter, ReadingAccepted { reading: self.reading, reason: self.reason.clone() });
        Ok(())
    }
}

impl Decide for RejectReading {
    fn operation(&self) -> &'static str {
        "reject_reading"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.meter.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be_held(draft, self.meter, self.reading)?;
        draft.push(self.meter, ReadingRejected { reading: self.reading, reason: self.reason.clone() });
        Ok(())
    }
}
