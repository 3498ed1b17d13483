//! The fold of a `person` stream: what its rules need to know.

use super::event::PersonEvent;
use crate::draft::Fact;

/// The fold of a `person` stream.
#[derive(Debug, Clone, Default)]
pub struct PersonState {}

impl PersonState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &PersonEvent, _fact: &Fact<'_>) {}
}
