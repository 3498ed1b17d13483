//! How far the bill runs are that this process posts: a unit without anything to bill leaves no event, so it is counted here.
//!
//! Nothing rests on it: a process that takes a run over visits every unit again and counts anew.

use mingzhang_domain::id::BillRunId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Runs that are remembered at most; the oldest are forgotten first.
const REMEMBERED: usize = 100;

/// What a run has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Units to visit.
    pub total: u32,
    /// Units visited.
    pub done: u32,
    /// Month charges posted.
    pub charges: u32,
    /// Sum of them, in fen.
    pub fen: i64,
    /// Units of which something is skipped.
    pub skipped: u32,
}

/// The newest tallies by run.
#[derive(Debug, Default)]
pub struct Progress(Mutex<BTreeMap<BillRunId, Tally>>);

impl Progress {
    /// Remembers how far a run is.
    pub fn set(&self, run: BillRunId, tally: Tally) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.insert(run, tally);
        // Ids rise with time.
        while runs.len() > REMEMBERED {
            runs.pop_first();
        }
    }

    /// How far a run is, when this process posts it or has posted it.
    pub fn of(&self, run: BillRunId) -> Option<Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&run).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_oldest_runs_are_forgotten() {
        let tally = Tally { done: 3, skipped: 3, ..Tally::default() };
        let progress = Progress::default();
        for run in 0..=100_u128 {
            progress.set(BillRunId(Uuid::from_u128(run)), tally.clone());
        }
        assert_eq!(progress.of(BillRunId(Uuid::from_u128(0))), None);
        assert_eq!(progress.of(BillRunId(Uuid::from_u128(100))), Some(tally));
    }
}
