//! The fold of a `account` stream: what its rules need to know.

use super::event::AccountEvent;
use crate::draft::Fact;

/// The fold of a `account` stream.
#[derive(Debug, Clone, Default)]
pub struct AccountState {}

impl AccountState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &AccountEvent, _fact: &Fact<'_>) {}
}
