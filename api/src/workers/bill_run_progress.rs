//! How far the bill runs are that this process posts: units visited and skipped leave no event, so they are counted here.
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
    /// Units skipped, by reason.
    pub skipped_by_reason: BTreeMap<String, u32>,
}

impl Tally {
    /// Counts a unit that is skipped.
    pub fn skip(&mut self, reason: String) {
        self.done = self.done.saturating_add(1);
        let count = self.skipped_by_reason.entry(reason).or_default();
        *count = count.saturating_add(1);
    }

    /// Units skipped.
    pub fn skipped(&self) -> u32 {
        self.skipped_by_reason.values().fold(0, |sum, count| sum.saturating_add(*count))
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
    fn skips_are_counted_by_reason_and_the_oldest_runs_are_forgotten() {
        let mut tally = Tally::default();
        for reason in ["already_charged", "area_missing", "already_charged"] {
            tally.skip(reason.to_owned());
        }
        assert_eq!((tally.done, tally.skipped()), (3, 3));
        assert_eq!(tally.skipped_by_reason.get("already_charged"), Some(&2));
        let progress = Progress::default();
        for run in 0..=100_u128 {
            progress.set(BillRunId(Uuid::from_u128(run)), tally.clone());
        }
        assert_eq!(progress.of(BillRunId(Uuid::from_u128(0))), None);
        assert_eq!(progress.of(BillRunId(Uuid::from_u128(100))), Some(tally));
    }
}
