//! The fold of a `party` stream: what its rules need to know.

use super::event::PartyEvent;
use crate::draft::Fact;

/// The fold of a `party` stream.
#[derive(Debug, Clone, Default)]
pub struct PartyState {}

impl PartyState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &PartyEvent, _fact: &Fact<'_>) {}
}
