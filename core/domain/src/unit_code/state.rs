//! The fold of a `unit_code` stream: whose the code is.

use super::event::UnitCodeEvent;
use crate::draft::Fact;
use crate::id::UnitId;

/// The fold of a `unit_code` stream.
#[derive(Debug, Clone, Default)]
pub struct UnitCodeState {
    unit: Option<UnitId>,
}

impl UnitCodeState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &UnitCodeEvent, _fact: &Fact<'_>) {
        match event {
            UnitCodeEvent::UnitCodeTaken(taken) => self.unit = Some(taken.unit),
            UnitCodeEvent::UnitCodeReleased(_) => self.unit = None,
        }
    }

    /// The unit that has the code now.
    pub fn unit(&self) -> Option<UnitId> {
        self.unit
    }
}
