//! Reverses the charges of one chunk of a pool; the last one ends it.

use super::{live_charge, opened};
use crate::account::{Lowering, reverse_live};
use crate::draft::{Decide, Draft};
use crate::id::PoolId;
use crate::pool::{PoolChunkReversed, PoolRefusal, PoolReversed, PoolStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Reverses a chunk's charges, in the open period; what was paid of them is credit again. Its command id derives from pool
/// and chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversePoolChunk {
    /// The pool.
    pub pool: PoolId,
    /// The chunk, counted from 1.
    pub chunk: Count,
}

impl Decide for ReversePoolChunk {
    fn operation(&self) -> &'static str {
        "reverse_pool_chunk"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.pool.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, _, stage) = opened(draft, self.pool)?;
        let open = stage == PoolStage::Reversing && state.stands(self.chunk.0);
        let shares = state.chunk(self.chunk.0).filter(|_| open).cloned();
        let (Some(shares), Some(reversal)) = (shares, state.reversal().cloned()) else {
            return Err(PoolRefusal::PoolChunkMustBeOpen.with("stage", stage));
        };
        drop(state);
        for share in shares.iter() {
            let unit = draft.unit(share.unit);
            let Some(account) = unit.registered().map(|registered| registered.account) else { continue };
            // What was charged to nobody has no charge; a transfer has charged another party for it, under the same pool.
            let Some(charge) = live_charge(&draft.account(account), self.pool).cloned() else { continue };
            let lowering = Lowering {
                amount: charge.owed,
                reason: reversal.reason.clone(),
                approved: reversal.approved.clone(),
                seen: reversal.seen.clone(),
            };
            reverse_live(draft, account, &charge, lowering)?;
        }
        draft.push(self.pool, PoolChunkReversed { chunk: self.chunk });
        if !draft.pool(self.pool).stands_at_all() {
            draft.push(self.pool, PoolReversed {});
        }
        Ok(())
    }
}
