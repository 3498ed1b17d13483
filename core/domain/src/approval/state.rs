//! The fold of a `approval` stream: what its rules need to know.

use super::event::ApprovalEvent;
use crate::draft::Fact;

/// The fold of a `approval` stream.
#[derive(Debug, Clone, Default)]
pub struct ApprovalState {}

impl ApprovalState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &ApprovalEvent, _fact: &Fact<'_>) {}
}
