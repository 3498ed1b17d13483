//! The fold of a `company` stream: what its rules need to know.

use super::event::CompanyEvent;
use crate::draft::Fact;

/// The fold of a `company` stream.
#[derive(Debug, Clone, Default)]
pub struct CompanyState {}

impl CompanyState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &CompanyEvent, _fact: &Fact<'_>) {}
}
