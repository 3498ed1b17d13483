//! Sets what units of a kind are usually charged 收费套餐, from a day on. It is attached to units by a command of its own.

use crate::calendar::CivilDate;
use crate::community::{CommunityRefusal, FeeBundleSet};
use crate::dated::Dated;
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{CommunityId, FeeItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::UnitKind;
use std::collections::BTreeSet;

/// More items than any unit is charged.
const ITEMS_LIMIT: usize = 20;

/// Units of a kind are usually charged some items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetFeeBundle {
    /// The kind.
    pub kind: UnitKind,
    /// First day; not before that of the latest one.
    pub from: CivilDate,
    /// The fee items, at most 20, each once; none: nothing any more.
    pub fee_items: Vec<FeeItemId>,
}

impl Decide for SetFeeBundle {
    fn operation(&self) -> &'static str {
        "set_fee_bundle"
    }

    fn needs(&self) -> Vec<StreamRef> {
        self.fee_items.iter().copied().map(StreamRef::from).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let distinct: BTreeSet<FeeItemId> = self.fee_items.iter().copied().collect();
        if distinct.len() != self.fee_items.len() || self.fee_items.len() > ITEMS_LIMIT {
            return Err(CommunityRefusal::BundleMustBeBounded.at("/fee_items"));
        }
        for (index, item) in self.fee_items.iter().enumerate() {
            if draft.fee_item(*item).created().is_none() {
                return Err(FeeItemRefusal::FeeItemMustExist.at(format!("/fee_items/{index}")));
            }
        }
        let id = CommunityId(draft.context.ledger_id.uuid());
        let community = draft.community(id);
        let latest = community.bundles().get(&self.kind).and_then(Dated::last).map(|(latest, _)| latest);
        if latest.is_some_and(|latest| self.from < latest) {
            return Err(FeeItemRefusal::VersionMustNotBeEarlier.at("/from"));
        }
        draft.push(id, FeeBundleSet { kind: self.kind, from: self.from, fee_items: self.fee_items.clone() });
        Ok(())
    }
}
