//! Attaches what units of their kinds are usually charged 收费套餐, from a day on; what is attached already stays as it is.

use super::AttachFeeItem;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{CommunityId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{Attachment, UnitRefusal};
use std::collections::BTreeSet;

/// Units of one command.
pub const MAX_BUNDLED: usize = 100;

/// Some units are charged what their kinds are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachBundle {
    /// The units, 1 to 100, each once.
    pub units: Vec<UnitId>,
    /// First day, and the day whose bundle it is.
    pub from: CivilDate,
}

impl Decide for AttachBundle {
    fn operation(&self) -> &'static str {
        "attach_bundle"
    }

    fn needs(&self) -> Vec<StreamRef> {
        self.units.iter().copied().map(StreamRef::from).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let distinct: BTreeSet<UnitId> = self.units.iter().copied().collect();
        if distinct.len() != self.units.len() || !(1..=MAX_BUNDLED).contains(&self.units.len()) {
            return Err(UnitRefusal::BundledUnitsMustBeBounded.at("/units"));
        }
        let mut wanted = Vec::new();
        for (index, unit) in self.units.iter().enumerate() {
            let at = || format!("/units/{index}");
            wanted.extend(self.missing(draft, *unit).map_err(|refusal| refusal.at(at()))?);
        }
        if wanted.is_empty() {
            return Err(UnitRefusal::BundleMustAttachSomething.at("/units"));
        }
        wanted.iter().try_for_each(|attach| attach.decide(draft))
    }
}

impl AttachBundle {
    /// Of a unit's bundle, what it is not charged at any time from the day on.
    fn missing(&self, draft: &Draft<'_>, unit: UnitId) -> Result<Vec<AttachFeeItem>, Refusal> {
        let state = existing(draft, unit)?;
        let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        let kind = state.registered().map(|registered| registered.kind);
        let bundle =
            kind.and_then(|kind| community.bundles().get(&kind)?.on(self.from)).filter(|items| !items.is_empty());
        let bundle = bundle
            .ok_or_else(|| UnitRefusal::FeeBundleMustExist.with("kind", kind.map_or("", |kind| kind.as_str())))?;
        let attach = |fee_item| AttachFeeItem { unit, fee_item, from: self.from, until: None };
        let is_missing = |attach: &AttachFeeItem| {
            let wanted = Attachment { fee_item: attach.fee_item, from: attach.from, until: attach.until };
            !state.attachments().iter().any(|have| have.overlaps(&wanted))
        };
        Ok(bundle.iter().copied().map(attach).filter(is_missing).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::SetFeeBundle;
    use crate::id::FeeItemId;
    use crate::ledger::LedgerKind;
    use crate::testing::{Story, uuid};
    use crate::unit::UnitKind;
    use crate::unit::fixture::{ITEM, UNIT, registered};

    fn bundle(from: &str, fee_items: Vec<FeeItemId>) -> SetFeeBundle {
        SetFeeBundle { kind: UnitKind::Residence, from: from.parse().unwrap(), fee_items }
    }

    fn attach(units: Vec<UnitId>, from: &str) -> AttachBundle {
        AttachBundle { units, from: from.parse().unwrap() }
    }

    fn story() -> Story {
        registered().in_ledger(LedgerKind::Community)
    }

    #[test]
    fn a_unit_is_charged_what_its_kind_is_from_a_day_on_and_each_item_once() {
        let mut story = story();
        assert_eq!(story.refused(&attach(vec![UNIT], "2026-01-01")), "fee_bundle_must_exist");
        story.accepted(&bundle("2026-01-01", vec![ITEM]));
        assert_eq!(story.refused(&attach(vec![UNIT], "2025-12-31")), "fee_bundle_must_exist");
        assert_eq!(story.accepted(&attach(vec![UNIT], "2026-02-01")).len(), 1);
        let from = story.draft().unit(UNIT).attachments().first().map(|have| have.from);
        assert_eq!(from, "2026-02-01".parse().ok());
        assert_eq!(story.refused(&attach(vec![UNIT], "2026-03-01")), "bundle_must_attach_something");
        // Another bundle attaches nothing by itself; an empty one is none.
        story.accepted(&bundle("2026-06-01", Vec::new()));
        assert_eq!(story.refused(&attach(vec![UNIT], "2026-06-01")), "fee_bundle_must_exist");
        assert_eq!(story.refused(&bundle("2026-05-31", vec![ITEM])), "version_must_not_be_earlier");
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name_and_nothing_is_attached() {
        let mut story = story();
        assert_eq!(story.refused(&bundle("2026-01-01", vec![ITEM, ITEM])), "bundle_must_be_bounded");
        let many = (0..21).map(|n| FeeItemId(uuid(0x500 + n))).collect();
        assert_eq!(story.refused(&bundle("2026-01-01", many)), "bundle_must_be_bounded");
        assert_eq!(story.refused(&bundle("2026-01-01", vec![FeeItemId(uuid(0x500))])), "fee_item_must_exist");
        story.accepted(&bundle("2026-01-01", vec![ITEM]));
        for units in [Vec::new(), vec![UNIT, UNIT], (0..101).map(|n| UnitId(uuid(0x600 + n))).collect()] {
            assert_eq!(story.refused(&attach(units, "2026-01-01")), "bundled_units_must_be_bounded");
        }
        assert_eq!(story.refused(&attach(vec![UNIT, UnitId(uuid(0x600))], "2026-01-01")), "unit_must_exist");
        assert!(story.draft().unit(UNIT).attachments().is_empty());
    }
}
