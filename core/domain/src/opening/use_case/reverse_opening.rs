//! Lets a batch of openings be taken back: it was wrong, nothing of it was touched, and another has approved.

use super::post_opening::own;
use super::{size, started};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, OpeningId};
use crate::opening::record::{Number, must_be_untouched};
use crate::opening::{OpeningRefusal, OpeningReversalStarted, OpeningReversed, OpeningStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Starts to take a batch back, whole or as far as it was posted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseOpening {
    /// The batch.
    pub opening: OpeningId,
    /// Why.
    pub reason: Label,
    /// On whose word: another's, whatever the limit.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ReverseOpening {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (state, _) = started(draft, self.opening)?;
        let (_, amount) = size(&state)?;
        Ok(Stake { amount: Some(amount), accounts: Vec::new(), always_approved: true })
    }
}

impl Decide for ReverseOpening {
    fn operation(&self) -> &'static str {
        "reverse_opening"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.opening.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = started(draft, self.opening)?;
        match stage {
            OpeningStage::Posting | OpeningStage::Posted => {}
            OpeningStage::Draft | OpeningStage::Reversing | OpeningStage::Reversed | OpeningStage::Discarded => {
                return Err(OpeningRefusal::OpeningMustBeStanding.with("stage", stage));
            }
        }
        let mut accounts: Vec<AccountId> = Vec::new();
        let mut standing = 0;
        for chunk in state.standing() {
            let Some((before, records)) = state.chunk(chunk) else { continue };
            standing += 1;
            for (record, what) in (before.saturating_add(1)..).zip(records.iter()) {
                accounts.push(what.account());
                must_be_untouched(draft, Number { opening: self.opening, record }, what)?;
            }
        }
        drop(state);
        let warrant = authorise(draft, self, self.authority)?;
        own(draft, self.authority, &accounts)?;
        let (approved, seen) = warrant.parts();
        draft.push(self.opening, OpeningReversalStarted { reason: self.reason.clone(), approved, seen });
        if standing == 0 {
            draft.push(self.opening, OpeningReversed {});
        }
        Ok(())
    }
}
