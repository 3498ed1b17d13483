//! Lets a pool be charged: its shares were looked at, and whoever says so may, or another has approved it.

use super::{opened, size};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::community::{CommunityRefusal, live_on};
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{CommunityId, PoolId};
use crate::money::Money;
use crate::pool::{PoolPostingStarted, PoolRefusal, PoolStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Starts the charging of a pool.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PostPool {
    /// The pool.
    pub pool: PoolId,
    /// What was seen to be charged: the pool less what is charged to nobody.
    pub amount: Money,
    /// Days until its charges are due; the community's notice days if they are more.
    pub due_days: Count,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// A pool touches every unit of its scope alike.
impl Staked for PostPool {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (_, opened, _) = opened(draft, self.pool)?;
        Ok(Stake { amount: Some(size(opened.amount)), ..Stake::default() })
    }
}

impl Decide for PostPool {
    fn operation(&self) -> &'static str {
        "post_pool"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.pool.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, opened, stage) = opened(draft, self.pool)?;
        if stage != PoolStage::Open {
            return Err(PoolRefusal::PoolMustBeOpen.with("stage", stage));
        }
        let amount = opened.amount.minus(opened.uncharged)?;
        if self.amount != amount {
            return Err(PoolRefusal::PoolMustBeAsSeen.with("amount", amount).at("/amount"));
        }
        if self.due_days.0 > 365 {
            return Err(FeeItemRefusal::DueRuleMustBeInRange.at("/due_days"));
        }
        let today = draft.context.today;
        if let Some(live) = live_on(draft).filter(|live| today < *live) {
            return Err(CommunityRefusal::MoneyMustNotPrecedeGoLive.with("go_live_on", live));
        }
        let notice_days = draft.community(CommunityId(draft.context.ledger_id.uuid())).notice_days();
        let due_on = today.plus_days(self.due_days.0.max(notice_days));
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        draft.push(self.pool, PoolPostingStarted { amount, due_on, approved, seen });
        Ok(())
    }
}
