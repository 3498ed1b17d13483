//! Takes the records of one chunk of a batch back; the last one ends it.

use super::{open_chunk, started};
use crate::community::opening_day;
use crate::draft::{Decide, Draft};
use crate::id::OpeningId;
use crate::opening::record::{Number, must_be_untouched, reverse};
use crate::opening::{OpeningChunkReversed, OpeningRefusal, OpeningReversed, OpeningStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Takes a chunk's records out of their accounts, in the open period. Its command id derives from batch and chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReverseOpeningChunk {
    /// The batch.
    pub opening: OpeningId,
    /// The chunk, counted from 1.
    pub chunk: Count,
}

impl Decide for ReverseOpeningChunk {
    fn operation(&self) -> &'static str {
        "reverse_opening_chunk"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.opening.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = started(draft, self.opening)?;
        if stage != OpeningStage::Reversing {
            return Err(OpeningRefusal::OpeningChunkMustBeOpen.with("stage", stage));
        }
        let (before, records) = open_chunk(&state, stage, self.chunk.0)?;
        drop(state);
        // Never before the openings themselves.
        let on = opening_day(draft)?.max(draft.context.today);
        let numbered = || (before.saturating_add(1)..).zip(records.iter());
        for (record, what) in numbered() {
            must_be_untouched(draft, Number { opening: self.opening, record }, what)?;
        }
        for (record, what) in numbered() {
            reverse(draft, Number { opening: self.opening, record }, what, on);
        }
        draft.push(self.opening, OpeningChunkReversed { chunk: self.chunk });
        if draft.opening(self.opening).standing().next().is_none() {
            draft.push(self.opening, OpeningReversed {});
        }
        Ok(())
    }
}
