//! The fold of a `administrator` stream: what its rules need to know.

use super::event::AdministratorEvent;
use crate::draft::Fact;

/// The fold of a `administrator` stream.
#[derive(Debug, Clone, Default)]
pub struct AdministratorState {}

impl AdministratorState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &AdministratorEvent, _fact: &Fact<'_>) {}
}
