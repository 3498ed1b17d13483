//! Gives an open spend up: it says something wrong, and another says what is right.

use super::opened;
use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundSpendDiscarded, FundSpendRefusal, FundSpendStage};
use crate::id::FundSpendId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Discards a spend of which nothing was borne, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscardFundSpend {
    /// The spend.
    pub spend: FundSpendId,
    /// Why.
    pub reason: Label,
}

impl Decide for DiscardFundSpend {
    fn operation(&self) -> &'static str {
        "discard_fund_spend"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.spend.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, _, stage) = opened(draft, self.spend)?;
        if stage != FundSpendStage::Open {
            return Err(FundSpendRefusal::FundSpendMustBeOpen.with("stage", stage));
        }
        draft.push(self.spend, FundSpendDiscarded { reason: self.reason.clone() });
        Ok(())
    }
}
