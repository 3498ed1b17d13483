//! The fold of a `shift_claim` stream: which open shift has the cash box or the cashier.

use super::event::ShiftClaimEvent;
use crate::draft::Fact;
use crate::id::ShiftId;

/// The fold of a `shift_claim` stream.
#[derive(Debug, Clone, Default)]
pub struct ShiftClaimState {
    shift: Option<ShiftId>,
}

impl ShiftClaimState {
    /// The open shift that has it, if any.
    pub fn shift(&self) -> Option<ShiftId> {
        self.shift
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ShiftClaimEvent, _fact: &Fact<'_>) {
        self.shift = match event {
            ShiftClaimEvent::ShiftClaimed(e) => Some(e.shift),
            ShiftClaimEvent::ShiftReleased(_) => None,
        };
    }
}
