//! Lets a batch go on that stopped because a chunk was refused.

use super::started;
use crate::draft::{Decide, Draft};
use crate::id::OpeningId;
use crate::opening::{OpeningRefusal, OpeningResumed};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Goes on where the batch stopped. What was approved stays approved: its records are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumeOpening {
    /// The batch.
    pub opening: OpeningId,
}

impl Decide for ResumeOpening {
    fn operation(&self) -> &'static str {
        "resume_opening"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.opening.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = started(draft, self.opening)?;
        if !state.is_stopped() {
            return Err(OpeningRefusal::OpeningMustBeStopped.with("stage", stage));
        }
        drop(state);
        draft.push(self.opening, OpeningResumed {});
        Ok(())
    }
}
