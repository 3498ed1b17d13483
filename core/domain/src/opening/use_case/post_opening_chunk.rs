//! Posts the records of one chunk of a batch; the last one completes it, if the totals agree.

use super::{must_agree, open_chunk, size, started};
use crate::community::opening_day;
use crate::draft::{Decide, Draft};
use crate::id::OpeningId;
use crate::opening::record::{Number, Said, post};
use crate::opening::{OpeningChunkPosted, OpeningCompleted, OpeningRefusal, OpeningStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Puts a chunk's records into their accounts. Its command id derives from batch and chunk, so a posting that was cut off
/// goes on where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostOpeningChunk {
    /// The batch.
    pub opening: OpeningId,
    /// The chunk, counted from 1.
    pub chunk: Count,
}

impl Decide for PostOpeningChunk {
    fn operation(&self) -> &'static str {
        "post_opening_chunk"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.opening.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = started(draft, self.opening)?;
        if stage != OpeningStage::Posting {
            return Err(OpeningRefusal::OpeningChunkMustBeOpen.with("stage", stage));
        }
        let (before, records) = open_chunk(&state, stage, self.chunk.0)?;
        drop(state);
        let on = opening_day(draft)?;
        let mut said = Said::default();
        let numbered = || (before.saturating_add(1)..).zip(records.iter());
        for (number, record) in numbered() {
            said.check(draft, record).map_err(|refusal| Refusal { pointer: None, ..refusal }.with("record", number))?;
        }
        for (number, record) in numbered() {
            post(draft, Number { opening: self.opening, record: number }, record, on)?;
        }
        draft.push(self.opening, OpeningChunkPosted { chunk: self.chunk });
        let state = draft.opening(self.opening);
        if (1..=state.chunks()).all(|chunk| state.stands(chunk)) {
            must_agree(&state, |chunk| state.stands(chunk))?;
            let (records, amount) = size(&state)?;
            drop(state);
            draft.push(self.opening, OpeningCompleted { records: Count(records), amount });
        }
        Ok(())
    }
}
