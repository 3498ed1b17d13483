//! The fold of a `reference` stream: which payment holds the reference.

use super::event::ReferenceEvent;
use crate::draft::Fact;
use crate::id::PaymentId;

/// The fold of a `reference` stream.
#[derive(Debug, Clone, Default)]
pub struct ReferenceState {
    payment: Option<PaymentId>,
}

impl ReferenceState {
    /// The payment that holds it, if any.
    pub fn payment(&self) -> Option<PaymentId> {
        self.payment
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ReferenceEvent, _fact: &Fact<'_>) {
        self.payment = match event {
            ReferenceEvent::ReferenceClaimed(e) => Some(e.payment),
            ReferenceEvent::ReferenceReleased(_) => None,
        };
    }
}
