//! The fold of a `fee_item` stream: what its rules need to know.

use super::event::FeeItemEvent;
use crate::draft::Fact;

/// The fold of a `fee_item` stream.
#[derive(Debug, Clone, Default)]
pub struct FeeItemState {}

impl FeeItemState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &FeeItemEvent, _fact: &Fact<'_>) {}
}
