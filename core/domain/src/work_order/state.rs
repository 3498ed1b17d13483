//! The fold of a `work_order` stream: what its rules need to know.

use super::event::WorkOrderEvent;
use crate::draft::Fact;

/// The fold of a `work_order` stream.
#[derive(Debug, Clone, Default)]
pub struct WorkOrderState {}

impl WorkOrderState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &WorkOrderEvent, _fact: &Fact<'_>) {}
}
