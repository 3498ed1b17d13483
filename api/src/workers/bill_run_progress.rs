//! How far the bill runs are that this process drafts, posts or takes back: a unit without anything to bill leaves no event, so it is counted here.
//!
//! Nothing rests on it: a process that takes a run over visits every unit again and counts anew.

use mingzhang_domain::bill_run::BillRunStage;
use mingzhang_domain::id::BillRunId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Runs that are remembered at most; the oldest are forgotten first.
const REMEMBERED: usize = 100;

/// What a run has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// What was counted: its draft, its posting or its reversal.
    pub at: BillRunStage,
    /// Units to visit.
    pub total: u32,
    /// Units visited.
    pub done: u32,
    /// Month charges posted or reversed.
    pub charges: u32,
    /// Sum of them, in fen.
    pub fen: i64,
    /// Units of which something is skipped.
    pub skipped: u32,
}

impl Tally {
    /// Nothing is done yet.
    pub fn new(at: BillRunStage, units: usize) -> Self {
        Self { at, total: u32::try_from(units).unwrap_or(u32::MAX), done: 0, charges: 0, fen: 0, skipped: 0 }
    }
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

    /// How far a run is at a stage, when this process does it.
    pub fn of(&self, run: BillRunId, at: BillRunStage) -> Option<Tally> {
        let runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.get(&run).filter(|tally| tally.at == at).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_oldest_runs_are_forgotten() {
        let at = BillRunStage::Posting;
        let tally = Tally { done: 3, skipped: 3, ..Tally::new(at, 3) };
        let progress = Progress::default();
        for run in 0..=100_u128 {
            progress.set(BillRunId(Uuid::from_u128(run)), tally.clone());
        }
        assert_eq!(progress.of(BillRunId(Uuid::from_u128(0)), at), None);
        assert_eq!(progress.of(BillRunId(Uuid::from_u128(100)), at), Some(tally));
    }
}
