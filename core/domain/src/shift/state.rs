//! The fold of a `shift` stream: what its rules need to know.

use super::event::ShiftEvent;
use crate::draft::Fact;

/// The fold of a `shift` stream.
#[derive(Debug, Clone, Default)]
pub struct ShiftState {}

impl ShiftState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &ShiftEvent, _fact: &Fact<'_>) {}
}
