//! Which late-fee policy holds for a charge: that of its due date, of its own fee item or else of the operating ones.

use super::event::LateFeePolicySet;
use crate::account::Part;
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::dated::Dated;
use crate::id::FeeItemId;
use crate::rule::late_fee::LateFeePolicy;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every version of every policy; without any there are no late fees.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LateFeePolicies(BTreeMap<Option<FeeItemId>, Dated<Arc<LateFeePolicySet>>>);

impl LateFeePolicies {
    /// A version begins.
    pub fn set(&mut self, policy: &LateFeePolicySet) {
        self.0.entry(policy.fee_item).or_default().set(policy.from, Arc::new(policy.clone()));
    }

    /// True when no charge can ever bear a late fee.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with a version in place of all that began on its day or later.
    #[must_use]
    pub fn instead(&self, policy: &LateFeePolicySet) -> Self {
        let mut other = self.clone();
        let versions = other.0.entry(policy.fee_item).or_default();
        let mut kept = Dated::default();
        versions.iter().filter(|(from, _)| *from < policy.from).for_each(|(from, have)| kept.set(from, have.clone()));
        kept.set(policy.from, Arc::new(policy.clone()));
        *versions = kept;
        other
    }

    /// Every version, those for all operating items first, each item's by their first due dates.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<LateFeePolicySet>> {
        self.0.values().flat_map(|versions| versions.iter().map(|(_, policy)| policy))
    }

    /// The first due date that any version holds for.
    pub fn since(&self) -> Option<CivilDate> {
        self.iter().map(|policy| policy.from).min()
    }

    /// The first due date of an item's latest version, or of the one for all.
    pub fn latest(&self, fee_item: Option<FeeItemId>) -> Option<CivilDate> {
        self.0.get(&fee_item).and_then(Dated::last).map(|(from, _)| from)
    }

    /// What holds for a charge. Nothing for a late fee out of the old books, a deposit or a demand for a fund; for other
    /// funds than operating only what their item says.
    pub fn of(
        &self,
        (fee_item, fund): (FeeItemId, Fund),
        part: Part,
        due_on: CivilDate,
    ) -> Option<&Arc<LateFeePolicySet>> {
        let of_all = match (fund, part) {
            (Fund::Deposit | Fund::MaintenanceFund, _) | (_, Part::LateFee) => return None,
            (Fund::Operating, Part::Principal) => self.on(None, due_on),
            (Fund::PassThrough | Fund::OwnersIncome, Part::Principal) => None,
        };
        self.on(Some(fee_item), due_on).or(of_all)
    }

    fn on(&self, fee_item: Option<FeeItemId>, due_on: CivilDate) -> Option<&Arc<LateFeePolicySet>> {
        self.0.get(&fee_item)?.on(due_on)
    }
}

impl LateFeePolicySet {
    /// What the computation needs of it.
    pub fn terms(&self) -> LateFeePolicy {
        LateFeePolicy {
            daily_rate: self.daily_rate.decimal(),
            grace_days: self.grace_days.0,
            grace_mode: self.grace_mode,
            cap_ratio: self.cap_ratio.map(|ratio| ratio.decimal()),
            round_to: self.round_to,
        }
    }
}
