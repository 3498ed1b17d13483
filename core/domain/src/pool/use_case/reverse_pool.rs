//! Lets a pool be taken back, whole: what was charged is never topped up, it is reversed and shared again by another pool.

use super::{opened, size};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::PoolId;
use crate::pool::{PoolRefusal, PoolReversalStarted, PoolReversed, PoolStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Starts to reverse the charges of a pool, of all of them or as far as they were posted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReversePool {
    /// The pool.
    pub pool: PoolId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// A pool touches every unit of its scope alike.
impl Staked for ReversePool {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (_, opened, _) = opened(draft, self.pool)?;
        Ok(Stake { amount: Some(size(opened.amount)), ..Stake::default() })
    }
}

impl Decide for ReversePool {
    fn operation(&self) -> &'static str {
        "reverse_pool"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.pool.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, opened, stage) = opened(draft, self.pool)?;
        match stage {
            PoolStage::Posting | PoolStage::Posted => {}
            PoolStage::Open | PoolStage::Reversing | PoolStage::Reversed | PoolStage::Discarded => {
                return Err(PoolRefusal::PoolMustStand.with("stage", stage));
            }
        }
        if let Some(lowered) = opened.lowers {
            return Err(PoolRefusal::LoweringMustStand.with("lowers", lowered));
        }
        let nothing = !state.stands_at_all();
        drop(state);
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        draft.push(self.pool, PoolReversalStarted { reason: self.reason.clone(), approved, seen });
        if nothing {
            draft.push(self.pool, PoolReversed {});
        }
        Ok(())
    }
}
