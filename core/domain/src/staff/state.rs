//! The fold of a `staff` stream: what its rules need to know.

use super::event::StaffEvent;
use crate::draft::Fact;

/// The fold of a `staff` stream.
#[derive(Debug, Clone, Default)]
pub struct StaffState {}

impl StaffState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &StaffEvent, _fact: &Fact<'_>) {}
}
