//! The fold of a `import` stream: what its rules need to know.

use super::event::ImportEvent;
use crate::draft::Fact;

/// The fold of a `import` stream.
#[derive(Debug, Clone, Default)]
pub struct ImportState {}

impl ImportState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &ImportEvent, _fact: &Fact<'_>) {}
}
