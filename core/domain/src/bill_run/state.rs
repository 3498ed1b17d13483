//! The fold of a `bill_run` stream: what its rules need to know.

use super::event::{BillRunEvent, BillRunStarted};
use crate::draft::Fact;
use crate::id::UnitId;
use std::collections::BTreeSet;

/// The fold of a `bill_run` stream.
#[derive(Debug, Clone, Default)]
pub struct BillRunState {
    started: Option<BillRunStarted>,
    refused: BTreeSet<UnitId>,
    completed: bool,
}

impl BillRunState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &BillRunEvent, _fact: &Fact<'_>) {
        match event {
            BillRunEvent::BillRunStarted(started) => self.started = Some(started.clone()),
            // What was billed of a unit beside its skips stands in its account.
            BillRunEvent::UnitSkipped(skipped) if skipped.rule.is_some() => {
                self.refused.insert(skipped.unit);
            }
            BillRunEvent::UnitSkipped(_) => {}
            BillRunEvent::BillRunCompleted(_) => self.completed = true,
        }
    }

    /// What it bills; nothing until it is started.
    pub fn started(&self) -> Option<&BillRunStarted> {
        self.started.as_ref()
    }

    /// True for a unit that a rule refused when it was visited.
    pub fn has_refused(&self, unit: UnitId) -> bool {
        self.refused.contains(&unit)
    }

    /// True once every unit was visited.
    pub fn is_completed(&self) -> bool {
        self.completed
    }
}
