//! The fold of a `payment` stream: what its rules need to know.

use super::event::PaymentEvent;
use crate::draft::Fact;

/// The fold of a `payment` stream.
#[derive(Debug, Clone, Default)]
pub struct PaymentState {}

impl PaymentState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &PaymentEvent, _fact: &Fact<'_>) {}
}
