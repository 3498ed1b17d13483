//! The fold of a `dunning` stream: what its rules need to know.

use super::event::DunningEvent;
use crate::draft::Fact;

/// The fold of a `dunning` stream.
#[derive(Debug, Clone, Default)]
pub struct DunningState {}

impl DunningState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &DunningEvent, _fact: &Fact<'_>) {}
}
