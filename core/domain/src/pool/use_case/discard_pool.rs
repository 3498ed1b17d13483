//! Gives an open pool up: it says something wrong, and another says what is right.

use super::opened;
use crate::draft::{Decide, Draft};
use crate::id::PoolId;
use crate::pool::{PoolDiscarded, PoolRefusal, PoolStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Discards a pool of which nothing was charged, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscardPool {
    /// The pool.
    pub pool: PoolId,
    /// Why.
    pub reason: Label,
}

impl Decide for DiscardPool {
    fn operation(&self) -> &'static str {
        "discard_pool"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.pool.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, _, stage) = opened(draft, self.pool)?;
        if stage != PoolStage::Open {
            return Err(PoolRefusal::PoolMustBeOpen.with("stage", stage));
        }
        draft.push(self.pool, PoolDiscarded { reason: self.reason.clone() });
        Ok(())
    }
}
