//! The fold of a `bill_run` stream: what its rules need to know.

use super::event::BillRunEvent;
use crate::draft::Fact;

/// The fold of a `bill_run` stream.
#[derive(Debug, Clone, Default)]
pub struct BillRunState {}

impl BillRunState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &BillRunEvent, _fact: &Fact<'_>) {}
}
