//! Lets the units of one chunk bear their shares; the last one ends it.

use super::{bear, opened};
use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundShortfall, FundSpendChunkPosted, FundSpendPosted, FundSpendRefusal, FundSpendStage};
use crate::id::FundSpendId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Takes a chunk's shares out of the units' funds, as far as they have so much; what they do not have is listed. Its command
/// id derives from spend and chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostFundSpendChunk {
    /// The spend.
    pub spend: FundSpendId,
    /// The chunk, counted from 1.
    pub chunk: Count,
}

impl Decide for PostFundSpendChunk {
    fn operation(&self) -> &'static str {
        "post_fund_spend_chunk"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.spend.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, opened, stage) = opened(draft, self.spend)?;
        let open = stage == FundSpendStage::Posting && !state.stands(self.chunk.0);
        let Some(shares) = state.chunk(self.chunk.0).filter(|_| open).cloned() else {
            return Err(FundSpendRefusal::FundSpendChunkMustBeOpen.with("stage", stage));
        };
        drop(state);
        let mut short = Vec::new();
        for share in shares.iter() {
            let borne = bear(draft, (self.spend, &opened), share.unit, share.amount);
            let amount = share.amount.minus(borne)?;
            if amount.is_positive() {
                short.push(FundShortfall { unit: share.unit, amount });
            }
        }
        draft.push(self.spend, FundSpendChunkPosted { chunk: self.chunk, short });
        let state = draft.fund_spend(self.spend);
        if state.stands_whole() {
            let short = state.shortfall();
            drop(state);
            draft.push(self.spend, FundSpendPosted { borne: opened.amount.minus(short)?, short });
        }
        Ok(())
    }
}
