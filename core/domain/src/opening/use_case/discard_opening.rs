//! Gives a draft of openings up: its totals or its records are wrong, and another batch says what is right.

use super::started;
use crate::draft::{Decide, Draft};
use crate::id::OpeningId;
use crate::opening::{OpeningDiscarded, OpeningRefusal, OpeningStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Discards a draft, whole. Nothing of it stands anywhere, so nobody else has to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscardOpening {
    /// The batch.
    pub opening: OpeningId,
    /// Why.
    pub reason: Label,
}

impl Decide for DiscardOpening {
    fn operation(&self) -> &'static str {
        "discard_opening"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.opening.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, stage) = started(draft, self.opening)?;
        if stage != OpeningStage::Draft {
            return Err(OpeningRefusal::OpeningMustBeDraft.with("stage", stage));
        }
        draft.push(self.opening, OpeningDiscarded { reason: self.reason.clone() });
        Ok(())
    }
}
