//! Commands of a batch of openings, one file each.

mod add_opening_records;
mod post_opening;
mod post_opening_chunk;
mod reverse_opening;
mod reverse_opening_chunk;
mod start_opening;

pub use add_opening_records::AddOpeningRecords;
pub use post_opening::PostOpening;
pub use post_opening_chunk::PostOpeningChunk;
pub use reverse_opening::ReverseOpening;
pub use reverse_opening_chunk::ReverseOpeningChunk;
pub use start_opening::StartOpening;

use super::refusal::OpeningRefusal;
use super::state::{OpeningStage, OpeningState};
use crate::draft::Draft;
use crate::id::OpeningId;
use crate::money::Money;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A batch that was started, and where it stands.
fn started(draft: &Draft<'_>, opening: OpeningId) -> Result<(Arc<OpeningState>, OpeningStage), Refusal> {
    let state = draft.opening(opening);
    let stage = state.stage().ok_or(OpeningRefusal::OpeningMustExist)?;
    Ok((state, stage))
}

/// How many records a batch has, and the sum of their amounts.
fn size(state: &OpeningState) -> Result<(u32, Money), Refusal> {
    let mut amount = Money::ZERO;
    for (_, _, part) in state.records().filter_map(super::event::OpeningRecord::counts) {
        amount = amount.plus(part)?;
    }
    Ok((u32::try_from(state.records().count()).unwrap_or(u32::MAX), amount))
}

/// Refuses records that do not sum to the control totals, kind by kind and fee item by fee item.
fn must_agree(state: &OpeningState, of: impl Fn(u32) -> bool) -> Result<(), Refusal> {
    let (control, sums) = (state.control(), state.sums(of)?);
    for key in control.keys().chain(sums.keys()) {
        let (said, found) = (control.get(key).copied(), sums.get(key).copied().unwrap_or_default());
        if said.unwrap_or_default() != found || said.is_none() {
            let (kind, fee_item) = key;
            let refusal = OpeningRefusal::OpeningTotalsMustAgree.with("kind", kind);
            let refusal = fee_item.iter().fold(refusal, |refusal, item| refusal.with("fee_item", item));
            let refusal = said.iter().fold(refusal, |refusal, said| refusal.with("control_total", said));
            return Err(refusal.with("records", found));
        }
    }
    Ok(())
}
