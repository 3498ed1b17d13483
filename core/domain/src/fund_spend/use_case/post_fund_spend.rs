//! Lets a spend be posted: its shares were looked at, and another has approved it, whatever it is worth.

use super::opened;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundSpendPostingStarted, FundSpendRefusal, FundSpendStage};
use crate::id::FundSpendId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Starts the posting of a spend.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PostFundSpend {
    /// The spend.
    pub spend: FundSpendId,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// A spend touches every unit of its scope alike.
impl Staked for PostFundSpend {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (_, opened, _) = opened(draft, self.spend)?;
        Ok(Stake { amount: Some(opened.amount), accounts: Vec::new(), always_approved: true })
    }
}

impl Decide for PostFundSpend {
    fn operation(&self) -> &'static str {
        "post_fund_spend"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.spend.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, _, stage) = opened(draft, self.spend)?;
        if stage != FundSpendStage::Open {
            return Err(FundSpendRefusal::FundSpendMustBeOpen.with("stage", stage));
        }
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        draft.push(self.spend, FundSpendPostingStarted { approved, seen });
        Ok(())
    }
}
