//! The fold of a `taking` stream: the records that stand.

use super::event::{TakingEvent, TakingRecorded};
use crate::draft::Fact;
use crate::id::ChargeId;
use std::sync::Arc;

/// The fold of a `taking` stream.
#[derive(Debug, Clone, Default)]
pub struct TakingState {
    standing: Vec<Arc<TakingRecorded>>,
}

impl TakingState {
    /// The records that stand, in order.
    pub fn standing(&self) -> &[Arc<TakingRecorded>] {
        &self.standing
    }

    /// The record that a charge is in, while it stands.
    pub fn of(&self, charge: ChargeId) -> Option<&Arc<TakingRecorded>> {
        self.standing.iter().find(|recorded| recorded.of.charge == charge)
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &TakingEvent, _fact: &Fact<'_>) {
        match event {
            TakingEvent::TakingRecorded(e) => self.standing.push(Arc::new(e.clone())),
            TakingEvent::TakingReversed(e) => self.standing.retain(|recorded| recorded.of.charge != e.of.charge),
        }
    }
}
