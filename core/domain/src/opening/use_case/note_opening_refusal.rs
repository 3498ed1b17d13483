//! Notes that a chunk of a batch was refused: the batch stops, for everybody to see, until somebody lets it go on.

use super::{open_chunk, started};
use crate::draft::{Decide, Draft};
use crate::id::OpeningId;
use crate::opening::OpeningChunkRefused;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Count, Label};

/// Stops a batch at a chunk. Its command id derives from batch, chunk and how often the batch was resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteOpeningRefusal {
    /// The batch.
    pub opening: OpeningId,
    /// The chunk, counted from 1.
    pub chunk: Count,
    /// Code of the rule that refused it.
    pub rule: Label,
    /// The record that it refused, if it was one's matter.
    pub record: Option<Count>,
}

impl Decide for NoteOpeningRefusal {
    fn operation(&self) -> &'static str {
        "note_opening_refusal"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.opening.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = started(draft, self.opening)?;
        let (before, records) = open_chunk(&state, stage, self.chunk.0)?;
        let inside = self.record.and_then(|record| record.0.checked_sub(before)?.checked_sub(1));
        let account = inside.and_then(|index| records.get(usize::try_from(index).ok()?)).map(|record| record.account());
        drop(state);
        let (chunk, rule) = (self.chunk, self.rule.clone());
        draft.push(self.opening, OpeningChunkRefused { chunk, rule, record: self.record, account });
        Ok(())
    }
}
