//! The fold of a `unit` stream: what its rules need to know.

use super::event::UnitEvent;
use crate::draft::Fact;

/// The fold of a `unit` stream.
#[derive(Debug, Clone, Default)]
pub struct UnitState {}

impl UnitState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &UnitEvent, _fact: &Fact<'_>) {}
}
