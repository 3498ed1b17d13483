//! Sets when units are asked to top their maintenance fund up 续筹, and how far, from a day on.
//!
//! Until the community is live it is set up freely; from that day on another must approve it.

use crate::approval::{Authority, Stake, Staked, Warrant, authorise_once_live};
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, TopUpRule, TopUpRuleSet};
use crate::id::FeeItemId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use rust_decimal::Decimal;

const PART_DECIMALS: u32 = 4;

/// Units are asked for more by this rule from a day on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetTopUpRule {
    /// The item, of the maintenance fund.
    pub fee_item: FeeItemId,
    /// First day.
    pub from: CivilDate,
    /// The rule; absent: none any more.
    pub rule: Option<TopUpRule>,
    /// On whose word; needed once the community is live.
    #[serde(skip)]
    pub authority: Authority,
}

/// A rule has no amount that a limit could reach.
impl Staked for SetTopUpRule {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::default())
    }
}

impl Decide for SetTopUpRule {
    fn operation(&self) -> &'static str {
        "set_top_up_rule"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        if created.fund != Fund::MaintenanceFund {
            return Err(FeeItemRefusal::FeeItemMustBeOfMaintenanceFund.with("fund", created.fund));
        }
        if !self.rule.is_none_or(in_range) {
            return Err(FeeItemRefusal::TopUpRuleMustBeInRange.at("/rule"));
        }
        let (approved, seen) = authorise_once_live(draft, self, self.authority)?.map(Warrant::parts).unzip();
        let seen = seen.unwrap_or_default();
        draft.push(self.fee_item, TopUpRuleSet { from: self.from, rule: self.rule, approved, seen });
        Ok(())
    }
}

fn in_range(rule: TopUpRule) -> bool {
    let (below, to) = (rule.below.decimal(), rule.to.decimal());
    let fine = below.scale() <= PART_DECIMALS && to.scale() <= PART_DECIMALS;
    fine && below > Decimal::ZERO && below <= to && to <= Decimal::ONE
}
