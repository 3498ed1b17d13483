//! Sets how a community allocates money and gives notice, in its own ledger.

use crate::community::{AllocationPolicy, CommunityRefusal, CommunityRulesSet};
use crate::draft::{Decide, Draft};
use crate::id::CommunityId;
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::value::{Count, Exact};
use rust_decimal::Decimal;

/// One per cent a day.
const HIGHEST_CEILING: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Less than a yuan: more would be a waiver.
fn highest_rounding() -> Money {
    Money::from_fen(99)
}

/// The rules of the community from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCommunityRules {
    /// Order of principal and late fee.
    pub allocation_policy: AllocationPolicy,
    /// Days between publication and due date at least, 0–365.
    pub notice_days: Count,
    /// The highest daily rate that a late-fee policy may have, 0–0.01; one per mille when absent.
    pub late_fee_ceiling: Option<Exact>,
    /// Bill runs are drafted, and posted on another's word.
    pub bill_runs_need_approval: bool,
    /// So much of a payment in cash may be let go at most 抹零, 0.00–0.99; nothing when absent.
    pub cash_rounding_limit: Option<Money>,
}

impl Decide for SetCommunityRules {
    fn operation(&self) -> &'static str {
        "set_community_rules"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if self.notice_days.0 > 365 {
            return Err(CommunityRefusal::NoticeDaysMustBeInRange.at("/notice_days"));
        }
        let in_range = |rate: Exact| (Decimal::ZERO..=HIGHEST_CEILING).contains(&rate.decimal());
        if !self.late_fee_ceiling.is_none_or(in_range) {
            return Err(CommunityRefusal::LateFeeCeilingMustBeInRange.at("/late_fee_ceiling"));
        }
        if !self.cash_rounding_limit.is_none_or(|limit| (Money::ZERO..=highest_rounding()).contains(&limit)) {
            return Err(CommunityRefusal::CashRoundingMustBeInRange.at("/cash_rounding_limit"));
        }
        let community = CommunityId(draft.context.ledger_id.uuid());
        draft.push(
            community,
            CommunityRulesSet {
                allocation_policy: self.allocation_policy,
                notice_days: self.notice_days,
                go_live_on: None,
                late_fee_ceiling: self.late_fee_ceiling,
                bill_runs_need_approval: self.bill_runs_need_approval.then_some(true),
                cash_rounding_limit: self.cash_rounding_limit,
            },
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;

    #[test]
    fn rules_hold_from_now_on_and_are_bounded() {
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        let id = CommunityId(story.ledger_id().uuid());
        assert_eq!(story.draft().community(id).notice_days(), 0);
        let set = SetCommunityRules {
            allocation_policy: AllocationPolicy::LateFeeFirst,
            notice_days: Count(15),
            late_fee_ceiling: Some("0.0005".parse().unwrap()),
            bill_runs_need_approval: false,
            cash_rounding_limit: None,
        };
        assert_eq!(story.draft().community(id).late_fee_ceiling().to_string(), "0.001");
        story.accepted(&set);
        assert_eq!(story.draft().community(id).late_fee_ceiling().to_string(), "0.0005");
        assert_eq!(story.draft().community(id).notice_days(), 15);
        assert_eq!(story.draft().community(id).allocation_policy(), AllocationPolicy::LateFeeFirst);
        let high = SetCommunityRules { late_fee_ceiling: Some("0.011".parse().unwrap()), ..set.clone() };
        assert_eq!(story.refused(&high), "late_fee_ceiling_must_be_in_range");
        let wide = SetCommunityRules { cash_rounding_limit: Some("1.00".parse().unwrap()), ..set.clone() };
        assert_eq!(story.refused(&wide), "cash_rounding_must_be_in_range");
        let wrong = SetCommunityRules { notice_days: Count(366), ..set };
        assert_eq!(story.refused(&wrong), "notice_days_must_be_in_range");
    }
}
