//! Adds records to a batch of openings; nothing of them posts.

use super::started;
use crate::draft::{Decide, Draft};
use crate::id::OpeningId;
use crate::opening::record::Said;
use crate::opening::{OpeningRecord, OpeningRecordsAdded, OpeningRefusal, OpeningStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// The most records of one command: so many fit one fact.
pub const MAX_OPENING_RECORDS: usize = 25;
/// The most records of a batch.
pub const MAX_OPENING_BATCH: usize = 10_000;

/// Adds some records, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddOpeningRecords {
    /// The batch.
    pub opening: OpeningId,
    /// Counted from 1, without gaps.
    pub chunk: Count,
    /// The records.
    pub records: Vec<OpeningRecord>,
}

impl Decide for AddOpeningRecords {
    fn operation(&self) -> &'static str {
        "add_opening_records"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let accounts = self.records.iter().map(|record| record.account().into());
        std::iter::once(self.opening.into()).chain(accounts).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = started(draft, self.opening)?;
        if stage != OpeningStage::Draft {
            return Err(OpeningRefusal::OpeningMustBeDraft.with("stage", stage));
        }
        if self.chunk.0 != state.chunks().saturating_add(1) {
            return Err(OpeningRefusal::OpeningChunkMustBeNext.with("chunks", state.chunks()).at("/chunk"));
        }
        let all = state.records().count().saturating_add(self.records.len());
        if self.records.is_empty() || self.records.len() > MAX_OPENING_RECORDS || all > MAX_OPENING_BATCH {
            return Err(OpeningRefusal::OpeningMustBeBounded.at("/records"));
        }
        let mut said = Said::of(state.records());
        for (index, record) in self.records.iter().enumerate() {
            said.check(draft, record).map_err(|refusal| inside(refusal, index))?;
        }
        drop(state);
        draft.push(self.opening, OpeningRecordsAdded { chunk: self.chunk, records: self.records.clone() });
        Ok(())
    }
}

/// The refusal of a record, with its place in the command.
fn inside(refusal: Refusal, index: usize) -> Refusal {
    let field = refusal.pointer.clone().map(|field| format!("/{field}")).unwrap_or_default();
    refusal.at(format!("/records/{index}{field}"))
}
