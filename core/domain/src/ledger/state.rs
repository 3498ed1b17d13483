//! The fold of a `ledger` stream: what its rules need to know.

use super::event::LedgerEvent;
use crate::draft::Fact;

/// The fold of a `ledger` stream.
#[derive(Debug, Clone, Default)]
pub struct LedgerState {}

impl LedgerState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &LedgerEvent, _fact: &Fact<'_>) {}
}
