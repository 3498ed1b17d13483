//! Commands of a batch of openings, one file each.

mod add_opening_records;
mod discard_opening;
mod note_opening_refusal;
mod post_opening;
mod post_opening_chunk;
mod resume_opening;
mod reverse_opening;
mod reverse_opening_chunk;
mod start_opening;

pub use add_opening_records::{AddOpeningRecords, MAX_OPENING_BATCH, MAX_OPENING_RECORDS};
pub use discard_opening::DiscardOpening;
pub use note_opening_refusal::NoteOpeningRefusal;
pub use post_opening::PostOpening;
pub use post_opening_chunk::PostOpeningChunk;
pub use resume_opening::ResumeOpening;
pub use reverse_opening::ReverseOpening;
pub use reverse_opening_chunk::ReverseOpeningChunk;
pub use start_opening::StartOpening;

use super::event::{OpeningKind, OpeningRecord};
use super::refusal::OpeningRefusal;
use super::state::{OpeningStage, OpeningState};
use crate::draft::Draft;
use crate::id::{FeeItemId, OpeningId};
use crate::money::Money;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A batch that was started, and where it stands.
fn started(draft: &Draft<'_>, opening: OpeningId) -> Result<(Arc<OpeningState>, OpeningStage), Refusal> {
    let state = draft.opening(opening);
    let stage = state.stage().ok_or(OpeningRefusal::OpeningMustExist)?;
    Ok((state, stage))
}

/// The records of a chunk that is to be posted or taken back now, with the number of the record before its first.
fn open_chunk(
    state: &OpeningState,
    stage: OpeningStage,
    chunk: u32,
) -> Result<(u32, Arc<Vec<OpeningRecord>>), Refusal> {
    let open = match stage {
        OpeningStage::Posting => !state.is_stopped() && !state.stands(chunk),
        OpeningStage::Reversing => !state.is_stopped() && state.stands(chunk),
        OpeningStage::Draft | OpeningStage::Posted | OpeningStage::Reversed | OpeningStage::Discarded => false,
    };
    let records = state.chunk(chunk).filter(|_| open);
    records.ok_or_else(|| OpeningRefusal::OpeningChunkMustBeOpen.with("stage", stage))
}

/// How many records a batch has, and the sum of their amounts.
fn size(state: &OpeningState) -> Result<(u32, Money), Refusal> {
    let mut amount = Money::ZERO;
    for (_, _, part) in state.records().filter_map(OpeningRecord::counts) {
        amount = amount.plus(part)?;
    }
    Ok((u32::try_from(state.records().count()).unwrap_or(u32::MAX), amount))
}

/// The refusal of records that sum to something else than their control total, or that have none.
pub fn disagree(of: (OpeningKind, Option<FeeItemId>), said: Option<Money>, found: Money) -> Refusal {
    let (kind, fee_item) = of;
    let refusal = OpeningRefusal::OpeningTotalsMustAgree.with("kind", kind);
    let refusal = fee_item.iter().fold(refusal, |refusal, item| refusal.with("fee_item", item));
    let refusal = said.iter().fold(refusal, |refusal, said| refusal.with("control_total", said));
    refusal.with("records", found)
}

/// Refuses records that do not sum to the control totals, kind by kind and fee item by fee item.
fn must_agree(state: &OpeningState, of: impl Fn(u32) -> bool) -> Result<(), Refusal> {
    let (control, sums) = (state.control(), state.sums(of)?);
    for key in control.keys().chain(sums.keys()) {
        let (said, found) = (control.get(key).copied(), sums.get(key).copied().unwrap_or_default());
        if said.unwrap_or_default() != found || said.is_none() {
            return Err(disagree(*key, said, found));
        }
    }
    Ok(())
}
