//! The fold of an `import` stream: its rows, and whether all are dealt with.

use super::event::ImportEvent;
use crate::draft::Fact;

/// The fold of an `import` stream.
#[derive(Debug, Clone, Default)]
pub struct ImportState {
    rows: Option<u32>,
    completed: bool,
    /// Chunks of history that are recorded.
    chunks: u32,
    withdrawn: bool,
}

impl ImportState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ImportEvent, _fact: &Fact<'_>) {
        match event {
            ImportEvent::ImportStarted(e) => self.rows = Some(e.rows.0),
            ImportEvent::ImportCompleted(_) => self.completed = true,
            ImportEvent::HistoryRecorded(e) => self.chunks = e.chunk.0,
            ImportEvent::HistoryWithdrawn(_) => self.withdrawn = true,
        }
    }

    /// Rows to post; nothing until it is started.
    pub fn rows(&self) -> Option<u32> {
        self.rows
    }

    /// Chunks of payment history that are recorded.
    pub fn chunks(&self) -> u32 {
        self.chunks
    }

    /// True once its payment history is shown no more.
    pub fn is_withdrawn(&self) -> bool {
        self.withdrawn
    }

    /// True once every row is posted or refused.
    pub fn is_completed(&self) -> bool {
        self.completed
    }
}
