//! The fold of a `community` stream, in the company's ledger (it exists) or in its own (its rules).

use super::event::{AllocationPolicy, CommunityEvent, CommunityRulesSet};
use super::late_fee::LateFeePolicies;
use crate::calendar::CivilDate;
use crate::dated::Dated;
use crate::draft::Fact;
use crate::id::FeeItemId;
use crate::meter::MeterCheck;
use crate::money::Money;
use crate::unit::UnitKind;
use crate::value::{Exact, Label, Variable};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// One per mille a day, unless the rules say otherwise.
const LATE_FEE_CEILING: Decimal = Decimal::from_parts(1, 0, 0, false, 3);

/// The fold of a `community` stream.
#[derive(Debug, Clone, Default)]
pub struct CommunityState {
    created: bool,
    rules: Option<CommunityRulesSet>,
    go_live_on: Option<CivilDate>,
    late_fees: LateFeePolicies,
    attributes: BTreeMap<Variable, Label>,
    meter_check: MeterCheck,
    bundles: BTreeMap<UnitKind, Dated<Vec<FeeItemId>>>,
}

impl CommunityState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &CommunityEvent, _fact: &Fact<'_>) {
        match event {
            CommunityEvent::CommunityCreated(_) => self.created = true,
            CommunityEvent::CommunityRulesSet(rules) => {
                self.go_live_on = rules.go_live_on.or(self.go_live_on);
                self.rules = Some(rules.clone());
            }
            CommunityEvent::CommunityWentLive(live) => self.go_live_on = Some(live.go_live_on),
            CommunityEvent::UnitAttributeDefined(defined) => {
                self.attributes.insert(defined.name.clone(), defined.label.clone());
            }
            CommunityEvent::MeterCheckSet(set) => {
                let (factor, readings, daily_limit) = (set.factor, set.readings, set.daily_limit);
                self.meter_check = MeterCheck { factor, readings, daily_limit };
            }
            CommunityEvent::FeeBundleSet(set) => {
                self.bundles.entry(set.kind).or_default().set(set.from, set.fee_items.clone());
            }
            CommunityEvent::LateFeePolicySet(policy) => self.late_fees.set(policy),
        }
    }

    /// True once created; known in the company's ledger only.
    pub fn exists(&self) -> bool {
        self.created
    }

    /// What a payment settles first: principal before late fee unless the community says otherwise.
    pub fn allocation_policy(&self) -> AllocationPolicy {
        self.rules.as_ref().map_or(AllocationPolicy::PrincipalFirst, |rules| rules.allocation_policy)
    }

    /// Days between publication and due date at least; 0 until rules are set.
    pub fn notice_days(&self) -> u32 {
        self.rules.as_ref().map_or(0, |rules| rules.notice_days.0)
    }

    /// The highest daily rate that a late-fee policy may have.
    pub fn late_fee_ceiling(&self) -> Decimal {
        let ceiling = self.rules.as_ref().and_then(|rules| rules.late_fee_ceiling);
        ceiling.map_or(LATE_FEE_CEILING, Exact::decimal)
    }

    /// True where bill runs are drafted, and posted on another's word.
    pub fn bill_runs_need_approval(&self) -> bool {
        self.rules.as_ref().and_then(|rules| rules.bill_runs_need_approval).unwrap_or(false)
    }

    /// So much of a payment in cash may be let go at most.
    pub fn cash_rounding_limit(&self) -> Money {
        self.rules.as_ref().and_then(|rules| rules.cash_rounding_limit).unwrap_or_default()
    }

    /// What paying late costs.
    pub fn late_fees(&self) -> &LateFeePolicies {
        &self.late_fees
    }

    /// What people call an attribute of units that the community defined.
    pub fn attribute(&self, name: &str) -> Option<&Label> {
        self.attributes.get(name)
    }

    /// How many attributes it defined.
    pub fn attributes(&self) -> usize {
        self.attributes.len()
    }

    /// From when on what a meter counts is far from its own history.
    pub fn meter_check(&self) -> &MeterCheck {
        &self.meter_check
    }

    /// What units of each kind are usually charged, from which day on.
    pub fn bundles(&self) -> &BTreeMap<UnitKind, Dated<Vec<FeeItemId>>> {
        &self.bundles
    }

    /// First day that is billed here, if there is a bound.
    pub fn go_live_on(&self) -> Option<CivilDate> {
        self.go_live_on
    }
}
