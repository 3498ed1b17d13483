//! Sets what paying late costs, for charges due from a day on: an operating item or all of them, others only by name.
//!
//! Until the community is live its policies are set up freely; from that day on another must approve each new version.

use crate::approval::{Authority, Stake, Staked, Warrant, authorise_once_live};
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::community::{CommunityRefusal, LateFeePolicySet};
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, Vat, vat_must_fit};
use crate::id::{CommunityId, FeeItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::RoundTo;
use crate::refusal::Refusal;
use crate::rule::late_fee::GraceMode;
use crate::stream::StreamRef;
use crate::value::{Count, Exact};
use rust_decimal::Decimal;

/// A late-fee policy version begins.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetLateFeePolicy {
    /// The fee item; absent: every operating one that has none of its own.
    pub fee_item: Option<FeeItemId>,
    /// First due date; not before that of the latest version.
    pub from: CivilDate,
    /// Of the open principal per day, at most the community's ceiling; 0 ends late fees.
    pub daily_rate: Exact,
    /// Days after the due date without a fee, 0–365.
    pub grace_days: Count,
    /// What they do once they are over.
    pub grace_mode: GraceMode,
    /// At most so much of the principal open at the end of the due date, 0–1; absent: no cap.
    pub cap_ratio: Option<Exact>,
    /// Where the total is rounded to.
    pub round_to: RoundTo,
    /// Tax in a late fee that is paid.
    pub vat: Vat,
    /// On whose word; needed once the community is live.
    #[serde(skip)]
    pub authority: Authority,
}

/// A rate has no amount that a limit could reach, and it touches every unit alike.
impl Staked for SetLateFeePolicy {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::default())
    }
}

impl SetLateFeePolicy {
    fn check(&self, ceiling: Decimal) -> Result<(), Refusal> {
        late_fee_must_fit((self.daily_rate, self.grace_days, self.cap_ratio), ceiling)?;
        vat_must_fit(&self.vat)
    }
}

/// Refuses a rate above the ceiling, and days of grace and a cap that are out of range.
///
/// # Errors
/// [`CommunityRefusal`] at the part that is to blame.
pub(crate) fn late_fee_must_fit(
    (daily_rate, grace_days, cap_ratio): (Exact, Count, Option<Exact>),
    ceiling: Decimal,
) -> Result<(), Refusal> {
    if !(Decimal::ZERO..=ceiling).contains(&daily_rate.decimal()) {
        return Err(CommunityRefusal::LateFeeRateMustNotExceedCeiling.with("ceiling", ceiling).at("/daily_rate"));
    }
    if grace_days.0 > 365 {
        return Err(CommunityRefusal::LateFeeTermsMustBeInRange.at("/grace_days"));
    }
    if cap_ratio.is_some_and(|ratio| !(Decimal::ZERO..=Decimal::ONE).contains(&ratio.decimal())) {
        return Err(CommunityRefusal::LateFeeTermsMustBeInRange.at("/cap_ratio"));
    }
    Ok(())
}

impl Decide for SetLateFeePolicy {
    fn operation(&self) -> &'static str {
        "set_late_fee_policy"
    }

    fn needs(&self) -> Vec<StreamRef> {
        self.fee_item.map(StreamRef::from).into_iter().collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let id = CommunityId(draft.context.ledger_id.uuid());
        let community = draft.community(id);
        if let Some(fee_item) = self.fee_item {
            let item = draft.fee_item(fee_item);
            match item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?.fund {
                Fund::Operating | Fund::PassThrough | Fund::OwnersIncome => {}
                Fund::Deposit | Fund::MaintenanceFund => {
                    return Err(CommunityRefusal::LateFeeMustNotBeOnFund.at("/fee_item"));
                }
            }
        }
        self.check(community.late_fee_ceiling())?;
        if community.late_fees().latest(self.fee_item).is_some_and(|latest| self.from < latest) {
            return Err(FeeItemRefusal::VersionMustNotBeEarlier.at("/from"));
        }
        let (approved, seen) = authorise_once_live(draft, self, self.authority)?.map(Warrant::parts).unzip();
        let set = LateFeePolicySet {
            fee_item: self.fee_item,
            from: self.from,
            daily_rate: self.daily_rate,
            grace_days: self.grace_days,
            grace_mode: self.grace_mode,
            cap_ratio: self.cap_ratio,
            round_to: self.round_to,
            vat: self.vat.clone(),
            approved,
            seen: seen.unwrap_or_default(),
        };
        draft.push(id, set);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Part;
    use crate::approval::fixture::{approved, limit};
    use crate::book::VatCategory;
    use crate::community::GoLive;
    use crate::fee_item::FeeItemCreated;
    use crate::testing::{Story, uuid};

    fn policy(fee_item: Option<FeeItemId>, from: &str, rate: &str) -> SetLateFeePolicy {
        SetLateFeePolicy {
            fee_item,
            from: from.parse().unwrap(),
            daily_rate: rate.parse().unwrap(),
            grace_days: Count(0),
            grace_mode: GraceMode::Skip,
            cap_ratio: None,
            round_to: RoundTo::Fen,
            vat: Vat::of(VatCategory::Rated, Some("0.06".parse().unwrap())),
            authority: Authority::default(),
        }
    }

    fn item(n: u128) -> FeeItemId {
        FeeItemId(uuid(n))
    }

    fn story() -> Story {
        let created = |fund| FeeItemCreated {
            name: "收费项目".parse().unwrap(),
            fund,
            priority: Count(1),
            vat: Vat::of(VatCategory::Exempt, None),
        };
        let story = Story::new().in_ledger(LedgerKind::Community);
        story
            .given(item(1), created(Fund::Operating))
            .given(item(2), created(Fund::PassThrough))
            .given(item(3), created(Fund::Deposit))
    }

    #[test]
    fn the_policy_of_a_charge_is_that_of_its_item_and_due_date() {
        let mut story = story();
        story.accepted(&policy(None, "2026-01-01", "0.0003"));
        story.accepted(&policy(Some(item(1)), "2026-03-01", "0.0005"));
        story.accepted(&policy(Some(item(1)), "2026-06-01", "0"));
        story.accepted(&policy(Some(item(2)), "2026-03-01", "0.0002"));
        let community = story.draft().community(CommunityId(story.ledger_id().uuid()));
        let rate = |n, fund, part, due: &str| {
            let policy = community.late_fees().of((item(n), fund), part, due.parse().unwrap());
            policy.map(|policy| policy.daily_rate.to_string())
        };
        let principal = |n, fund, due| rate(n, fund, Part::Principal, due).unwrap_or_default();
        assert_eq!(principal(1, Fund::Operating, "2025-12-31"), "");
        assert_eq!(principal(1, Fund::Operating, "2026-02-28"), "0.0003");
        assert_eq!(principal(1, Fund::Operating, "2026-03-01"), "0.0005");
        assert_eq!(principal(1, Fund::Operating, "2026-06-01"), "0");
        assert_eq!(principal(9, Fund::Operating, "2026-06-01"), "0.0003");
        assert_eq!(principal(9, Fund::PassThrough, "2026-06-01"), "");
        assert_eq!(principal(2, Fund::PassThrough, "2026-06-01"), "0.0002");
        assert_eq!(principal(9, Fund::Deposit, "2026-06-01"), "");
        assert_eq!(rate(1, Fund::Operating, Part::LateFee, "2026-03-01"), None);
        assert_eq!(community.late_fees().iter().count(), 4);
    }

    #[test]
    fn what_cannot_be_agreed_is_refused_by_name() {
        let mut story = story();
        let good = policy(None, "2026-01-01", "0.001");
        let refused = |story: &mut Story, wrong: SetLateFeePolicy| story.refused(&wrong);
        let over = policy(None, "2026-01-01", "0.0011");
        assert_eq!(refused(&mut story, over), "late_fee_rate_must_not_exceed_ceiling");
        let below = policy(None, "2026-01-01", "-0.0001");
        assert_eq!(refused(&mut story, below), "late_fee_rate_must_not_exceed_ceiling");
        let grace = SetLateFeePolicy { grace_days: Count(366), ..good.clone() };
        assert_eq!(refused(&mut story, grace), "late_fee_terms_must_be_in_range");
        let cap = SetLateFeePolicy { cap_ratio: Some("1.01".parse().unwrap()), ..good.clone() };
        assert_eq!(refused(&mut story, cap), "late_fee_terms_must_be_in_range");
        assert_eq!(refused(&mut story, policy(Some(item(3)), "2026-01-01", "0.0005")), "late_fee_must_not_be_on_fund");
        assert_eq!(refused(&mut story, policy(Some(item(9)), "2026-01-01", "0.0005")), "fee_item_must_exist");
        let untaxed = Vat::of(VatCategory::Rated, None);
        let vat = SetLateFeePolicy { vat: untaxed, ..good.clone() };
        assert_eq!(refused(&mut story, vat), "vat_rate_must_fit_category");
        story.accepted(&good);
        assert_eq!(refused(&mut story, policy(None, "2025-12-31", "0.0005")), "version_must_not_be_earlier");
    }

    #[test]
    fn once_the_community_is_live_another_must_approve() {
        let mut story = story();
        story.accepted(&GoLive { go_live_on: "2026-01-01".parse().unwrap() });
        let wish = policy(None, "2026-01-01", "0.0005");
        assert_eq!(story.refused(&wish), "approval_must_be_given");
        let alone = SetLateFeePolicy { authority: limit("1000000.00"), ..wish.clone() };
        assert_eq!(story.refused(&alone), "approval_must_be_given");
        let authority = approved(&mut story, &wish);
        assert_eq!(story.accepted(&SetLateFeePolicy { authority, ..wish }).len(), 2);
    }
}
