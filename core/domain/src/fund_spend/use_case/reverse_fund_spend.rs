//! Lets a spend be taken back, whole, while its supplier is not paid.

use super::opened;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundSpendRefusal, FundSpendReversalStarted, FundSpendReversed, FundSpendStage};
use crate::id::FundSpendId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Starts to give units back what they bore, all of it or as far as it was posted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseFundSpend {
    /// The spend.
    pub spend: FundSpendId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// A spend touches every unit of its scope alike.
impl Staked for ReverseFundSpend {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (_, opened, _) = opened(draft, self.spend)?;
        Ok(Stake { amount: Some(opened.amount), accounts: Vec::new(), always_approved: true })
    }
}

impl Decide for ReverseFundSpend {
    fn operation(&self) -> &'static str {
        "reverse_fund_spend"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.spend.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, _, stage) = opened(draft, self.spend)?;
        match stage {
            FundSpendStage::Posting | FundSpendStage::Posted => {}
            FundSpendStage::Open | FundSpendStage::Reversing | FundSpendStage::Reversed | FundSpendStage::Discarded => {
                return Err(FundSpendRefusal::FundSpendMustStand.with("stage", stage));
            }
        }
        if !state.paid().is_zero() {
            return Err(FundSpendRefusal::FundSpendMustBeUnpaid.with("paid", state.paid()));
        }
        let nothing = !state.stands_at_all();
        drop(state);
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        draft.push(self.spend, FundSpendReversalStarted { reason: self.reason.clone(), approved, seen });
        if nothing {
            draft.push(self.spend, FundSpendReversed {});
        }
        Ok(())
    }
}
