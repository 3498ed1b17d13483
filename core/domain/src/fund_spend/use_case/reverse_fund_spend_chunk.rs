//! Gives the units of one chunk back what they bore; the last one ends it.

use super::opened;
use crate::account::FundSpendReturned;
use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundSpendChunkReversed, FundSpendRefusal, FundSpendReversed, FundSpendStage};
use crate::id::FundSpendId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Puts what a chunk's units bore back into their funds, also what they bore later. Its command id derives from spend and chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReverseFundSpendChunk {
    /// The spend.
    pub spend: FundSpendId,
    /// The chunk, counted from 1.
    pub chunk: Count,
}

impl Decide for ReverseFundSpendChunk {
    fn operation(&self) -> &'static str {
        "reverse_fund_spend_chunk"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.spend.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, opened, stage) = opened(draft, self.spend)?;
        let open = stage == FundSpendStage::Reversing && state.stands(self.chunk.0);
        let Some(shares) = state.chunk(self.chunk.0).filter(|_| open).cloned() else {
            return Err(FundSpendRefusal::FundSpendChunkMustBeOpen.with("stage", stage));
        };
        drop(state);
        for share in shares.iter() {
            let unit = draft.unit(share.unit);
            let Some(account) = unit.registered().map(|registered| registered.account) else { continue };
            let amount = draft.account(account).fund_spent_by(self.spend);
            if amount.is_positive() {
                let back = FundSpendReturned { account, spend: self.spend, supplier: opened.supplier, amount };
                draft.push(account, back);
            }
        }
        draft.push(self.spend, FundSpendChunkReversed { chunk: self.chunk });
        if !draft.fund_spend(self.spend).stands_at_all() {
            draft.push(self.spend, FundSpendReversed {});
        }
        Ok(())
    }
}
