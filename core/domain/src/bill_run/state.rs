//! The fold of a `bill_run` stream: what its rules need to know.

use super::event::{BillRunEvent, BillRunStarted};
use crate::draft::Fact;

/// The fold of a `bill_run` stream.
#[derive(Debug, Clone, Default)]
pub struct BillRunState {
    started: Option<BillRunStarted>,
    completed: bool,
}

impl BillRunState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &BillRunEvent, _fact: &Fact<'_>) {
        match event {
            BillRunEvent::BillRunStarted(started) => self.started = Some(started.clone()),
            BillRunEvent::BillRunCompleted(_) => self.completed = true,
        }
    }

    /// What it bills; nothing until it is started.
    pub fn started(&self) -> Option<&BillRunStarted> {
        self.started.as_ref()
    }

    /// True once every unit was visited.
    pub fn is_completed(&self) -> bool {
        self.completed
    }
}
