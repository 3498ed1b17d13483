//! The fold of a `meter_code` stream: whose the number is.

use super::event::MeterCodeEvent;
use crate::draft::Fact;
use crate::id::MeterId;

/// The fold of a `meter_code` stream.
#[derive(Debug, Clone, Default)]
pub struct MeterCodeState {
    meter: Option<MeterId>,
}

impl MeterCodeState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &MeterCodeEvent, _fact: &Fact<'_>) {
        match event {
            MeterCodeEvent::MeterCodeTaken(taken) => self.meter = Some(taken.meter),
            MeterCodeEvent::MeterCodeReleased(_) => self.meter = None,
        }
    }

    /// The meter that has the number now.
    pub fn meter(&self) -> Option<MeterId> {
        self.meter
    }
}
