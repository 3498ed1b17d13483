//! The fold of a `community` stream: what its rules need to know.

use super::event::CommunityEvent;
use crate::draft::Fact;

/// The fold of a `community` stream.
#[derive(Debug, Clone, Default)]
pub struct CommunityState {}

impl CommunityState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &CommunityEvent, _fact: &Fact<'_>) {}
}
