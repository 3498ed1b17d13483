//! The fold of a `unit_code` stream: what its rules need to know.

use super::event::UnitCodeEvent;
use crate::draft::Fact;

/// The fold of a `unit_code` stream.
#[derive(Debug, Clone, Default)]
pub struct UnitCodeState {}

impl UnitCodeState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &UnitCodeEvent, _fact: &Fact<'_>) {}
}
