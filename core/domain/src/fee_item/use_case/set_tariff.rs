//! Sets a tariff version: how much, how often and due when, from a day on. What is charged already is never re-priced.
//!
//! Until the community is live its tariffs are set up freely; from that day on another must approve each new version.

use crate::approval::{Authority, Stake, Staked, Warrant, authorise_once_live};
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::{
    DueRule, FeeItemRefusal, MonthBasis, Price, TariffSet, Timing, formula_must_fit_units, parking_must_stay,
    price_must_hold, utility_must_stay,
};
use crate::id::{CommunityId, FeeItemId, TariffId, UnitId};
use crate::money::RoundTo;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::UnitState;
use crate::value::Count;
use std::sync::Arc;

/// A tariff version begins.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetTariff {
    /// The item.
    pub fee_item: FeeItemId,
    /// First service day it prices; not before that of the latest version.
    pub from: CivilDate,
    /// How the whole is computed.
    pub price: Price,
    /// Months billed together: 1, 2, 3, 4, 6 or 12.
    pub cycle_months: Count,
    /// What a month is.
    pub basis: MonthBasis,
    /// Whether the cycle is billed before or after the service.
    pub timing: Timing,
    /// When it is due.
    pub due: DueRule,
    /// Where the whole is rounded to.
    pub round_to: RoundTo,
    /// Units that the item is attached to, as the read models list them: a formula must say an amount for each, at most 5,000.
    #[serde(skip)]
    pub units: Vec<UnitId>,
    /// On whose word; needed once the community is live.
    #[serde(skip)]
    pub authority: Authority,
}

/// A price has no amount that a limit could reach, and it touches every unit alike.
impl Staked for SetTariff {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::default())
    }
}

impl SetTariff {
    fn check(&self) -> Result<(), Refusal> {
        if ![1, 2, 3, 4, 6, 12].contains(&self.cycle_months.0) {
            return Err(FeeItemRefusal::CycleMustDivideYear.at("/cycle_months"));
        }
        let due_in_range = match &self.due {
            DueRule::DayOfMonth { day } => (1..=31).contains(&day.0),
            DueRule::DaysAfter { days } => days.0 <= 365,
        };
        if due_in_range { Ok(()) } else { Err(FeeItemRefusal::DueRuleMustBeInRange.at("/due")) }
    }

    /// Of units with a price of their own, that one holds.
    fn formula_must_fit(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        let units: Vec<Arc<UnitState>> = self.units.iter().map(|unit| draft.unit(*unit)).collect();
        let priced = units.iter().filter_map(|unit| {
            let of_item = unit.attachments().iter().filter(|have| have.fee_item == self.fee_item);
            let mut charged = of_item.filter(|have| have.until.is_none_or(|until| self.from < until));
            let day = charged.next().map(|have| have.from.max(self.from))?;
            unit.price_on(day, self.fee_item).is_none().then_some((&**unit, day))
        });
        formula_must_fit_units(&self.price, priced)
    }

    /// Stays are income, and what they cost is exact.
    fn parking_must_fit(&self, fund: Fund) -> Result<(), Refusal> {
        match fund {
            Fund::Operating | Fund::OwnersIncome => {}
            Fund::PassThrough | Fund::Deposit | Fund::MaintenanceFund => {
                return Err(FeeItemRefusal::ParkingMustBeIncome.at("/price"));
            }
        }
        match self.round_to {
            RoundTo::Fen => Ok(()),
            RoundTo::Jiao | RoundTo::Yuan => Err(FeeItemRefusal::ParkingMustBeToTheFen.at("/round_to")),
        }
    }
}

impl Decide for SetTariff {
    fn operation(&self) -> &'static str {
        "set_tariff"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let units = self.units.iter().copied().map(StreamRef::from);
        std::iter::once(self.fee_item.into()).chain(units).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        price_must_hold(&self.price, &community)?;
        self.check()?;
        let before = item.tariffs().last().map(|(_, tariff)| &tariff.price);
        utility_must_stay(&self.price, before)?;
        parking_must_stay(&self.price, before)?;
        if self.price.parking().is_some() {
            self.parking_must_fit(created.fund)?;
        }
        if item.tariffs().last().is_some_and(|(latest, _)| self.from < latest) {
            return Err(FeeItemRefusal::VersionMustNotBeEarlier.at("/from"));
        }
        self.formula_must_fit(draft)?;
        let (approved, seen) = authorise_once_live(draft, self, self.authority)?.map(Warrant::parts).unzip();
        let tariff: TariffId = draft.mint("tariff");
        draft.push(
            self.fee_item,
            TariffSet {
                tariff,
                from: self.from,
                price: self.price.clone(),
                cycle_months: self.cycle_months,
                basis: self.basis,
                timing: self.timing,
                due: self.due.clone(),
                round_to: self.round_to,
                approved,
                seen: seen.unwrap_or_default(),
            },
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::fixture::{approved, limit};
    use crate::book::{Fund, VatCategory};
    use crate::community::{AllocationPolicy, CommunityRulesSet};
    use crate::fee_item::{AmountPer, AreaKind, FeeItemCreated, Vat};
    use crate::testing::{Story, uuid};

    fn per_area(from: &str, unit_price: &str) -> SetTariff {
        SetTariff {
            fee_item: FeeItemId(uuid(80)),
            from: from.parse().unwrap(),
            price: Price::PerArea { area: AreaKind::Building, unit_price: unit_price.parse().unwrap() },
            cycle_months: Count(3),
            basis: MonthBasis::Calendar,
            timing: Timing::Advance,
            due: DueRule::DayOfMonth { day: Count(10) },
            round_to: RoundTo::Fen,
            units: Vec::new(),
            authority: Authority::default(),
        }
    }

    fn story() -> Story {
        Story::new().given(
            FeeItemId(uuid(80)),
            FeeItemCreated {
                name: "物业服务费".parse().unwrap(),
                fund: Fund::Operating,
                priority: Count(1),
                vat: Vat::of(VatCategory::Exempt, None),
            },
        )
    }

    #[test]
    fn versions_follow_each_other_and_the_same_day_supersedes() {
        let mut story = story();
        story.accepted(&per_area("2026-01-01", "2.38"));
        story.accepted(&per_area("2026-07-01", "2.5"));
        story.accepted(&per_area("2026-07-01", "2.6"));
        assert_eq!(story.refused(&per_area("2026-06-30", "2.7")), "version_must_not_be_earlier");
        let state = story.draft().fee_item(FeeItemId(uuid(80)));
        let price = |day: &str| state.tariff_on(day.parse().unwrap()).map(|tariff| tariff.price.clone());
        assert_eq!(price("2025-12-31"), None);
        assert_eq!(price("2026-06-30"), Some(per_area("2026-01-01", "2.38").price));
        assert_eq!(price("2026-07-01"), Some(per_area("2026-07-01", "2.6").price));
        assert_eq!(state.tariffs().iter().count(), 2);
    }

    #[test]
    fn once_the_community_is_live_another_must_approve() {
        let rules = |go_live_on: &str| CommunityRulesSet {
            allocation_policy: AllocationPolicy::PrincipalFirst,
            notice_days: Count(10),
            go_live_on: go_live_on.parse().ok(),
            late_fee_ceiling: None,
            bill_runs_need_approval: None,
            cash_rounding_limit: None,
        };
        let community = CommunityId(Story::new().ledger_id().uuid());
        story().given(community, rules("2026-01-02")).accepted(&per_area("2026-01-01", "2.38"));
        let mut story = story().given(community, rules("2026-01-01"));
        let raise = per_area("2026-07-01", "2.5");
        assert_eq!(story.refused(&raise), "approval_must_be_given");
        let alone = SetTariff { authority: limit("1000000.00"), ..raise.clone() };
        assert_eq!(story.refused(&alone), "approval_must_be_given", "a price has no amount for a limit");
        let authority = approved(&mut story, &raise);
        let other = SetTariff { authority, ..per_area("2026-07-01", "2.6") };
        assert_eq!(story.refused(&other), "approval_must_match");
        assert_eq!(story.accepted(&SetTariff { authority, ..raise }).len(), 2);
    }

    #[test]
    fn bounds_are_refused_by_name() {
        let good = per_area("2026-01-01", "2.38");
        assert_eq!(Story::new().refused(&good), "fee_item_must_exist");
        let fixed = |amount: &str| SetTariff {
            price: Price::Fixed { amount: amount.parse().unwrap(), per: AmountPer::Cycle },
            ..good.clone()
        };
        let due = |due| SetTariff { due, ..good.clone() };
        let cycle = |months| SetTariff { cycle_months: Count(months), ..good.clone() };
        for (command, code) in [
            (per_area("2026-01-01", "-0.01"), "price_must_be_in_range"),
            (per_area("2026-01-01", "100000.01"), "price_must_be_in_range"),
            (fixed("100000001"), "price_must_be_in_range"),
            (cycle(0), "cycle_must_divide_year"),
            (cycle(5), "cycle_must_divide_year"),
            (cycle(24), "cycle_must_divide_year"),
            (due(DueRule::DayOfMonth { day: Count(0) }), "due_rule_must_be_in_range"),
            (due(DueRule::DayOfMonth { day: Count(32) }), "due_rule_must_be_in_range"),
            (due(DueRule::DaysAfter { days: Count(366) }), "due_rule_must_be_in_range"),
        ] {
            assert_eq!(story().refused(&command), code, "{command:?}");
        }
        story().accepted(&fixed("0"));
    }
}
