//! The fold of a `reference` stream: what its rules need to know.

use super::event::ReferenceEvent;
use crate::draft::Fact;

/// The fold of a `reference` stream.
#[derive(Debug, Clone, Default)]
pub struct ReferenceState {}

impl ReferenceState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &ReferenceEvent, _fact: &Fact<'_>) {}
}
