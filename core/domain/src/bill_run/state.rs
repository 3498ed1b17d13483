//! The fold of a `bill_run` stream: what its rules need to know.

use super::event::{BillRunCompleted, BillRunDrafted, BillRunEvent, BillRunReversalStarted, BillRunStarted, UnitDraft};
use crate::calendar::CivilDate;
use crate::draft::Fact;
use crate::id::UnitId;
use crate::money::Money;
use crate::wire::words;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

words! {
    /// Where a bill run stands.
    pub enum BillRunStage {
        /// What each unit would be charged is being written down.
        Drafting = "drafting",
        /// It waits to be posted or discarded.
        Drafted = "drafted",
        /// It is being posted.
        Posting = "posting",
        /// Every unit was visited.
        Posted = "posted",
        /// It is being taken back.
        Reversing = "reversing",
        /// Nothing of it is charged any more, but for units that a rule kept from it.
        Reversed = "reversed",
        /// It was given up: nothing of it was ever charged.
        Discarded = "discarded",
    }
}

impl BillRunStage {
    /// True while a process has work with it.
    pub fn is_at_work(self) -> bool {
        matches!(self, Self::Drafting | Self::Posting | Self::Reversing)
    }

    /// True until it is at its end: posted, reversed or discarded.
    pub fn is_under_way(self) -> bool {
        match self {
            Self::Drafting | Self::Drafted | Self::Posting | Self::Reversing => true,
            Self::Posted | Self::Reversed | Self::Discarded => false,
        }
    }
}

/// The fold of a `bill_run` stream.
#[derive(Debug, Clone, Default)]
pub struct BillRunState {
    stage: Option<BillRunStage>,
    started: Option<Arc<BillRunStarted>>,
    publish_on: Option<CivilDate>,
    drafts: Arc<BTreeMap<UnitId, UnitDraft>>,
    drafted: Option<BillRunDrafted>,
    refused: BTreeSet<UnitId>,
    completed: Option<BillRunCompleted>,
    reversal: Option<Arc<BillRunReversalStarted>>,
}

impl BillRunState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &BillRunEvent, _fact: &Fact<'_>) {
        match event {
            BillRunEvent::BillRunDraftStarted(draft) => {
                let (month, fee_items, units) = (draft.month, draft.fee_items.clone(), draft.units);
                self.started = Some(Arc::new(BillRunStarted { month, fee_items, units, publish_on: None }));
                self.stage = Some(BillRunStage::Drafting);
            }
            BillRunEvent::BillRunUnitsDrafted(drafted) => {
                Arc::make_mut(&mut self.drafts).extend(drafted.units.iter().map(|unit| (unit.unit, unit.clone())));
            }
            BillRunEvent::BillRunDrafted(drafted) => {
                self.drafted = Some(drafted.clone());
                self.stage = Some(BillRunStage::Drafted);
            }
            BillRunEvent::BillRunPostingStarted(posting) => {
                self.publish_on = posting.publish_on;
                self.stage = Some(BillRunStage::Posting);
            }
            BillRunEvent::BillRunDiscarded(_) => self.stage = Some(BillRunStage::Discarded),
            BillRunEvent::BillRunStarted(started) => {
                self.publish_on = started.publish_on;
                self.started = Some(Arc::new(started.clone()));
                self.stage = Some(BillRunStage::Posting);
            }
            // What was billed of a unit beside its skips stands in its account.
            BillRunEvent::UnitSkipped(skipped) if skipped.rule.is_some() => {
                self.refused.insert(skipped.unit);
            }
            BillRunEvent::UnitSkipped(_) => {}
            BillRunEvent::BillRunCompleted(completed) => {
                self.completed = Some(completed.clone());
                self.stage = Some(BillRunStage::Posted);
            }
            BillRunEvent::BillRunReversalStarted(started) => {
                self.reversal = Some(Arc::new(started.clone()));
                self.stage = Some(BillRunStage::Reversing);
            }
            BillRunEvent::BillRunReversed(_) => self.stage = Some(BillRunStage::Reversed),
        }
    }

    /// Where it stands; nothing until it is started.
    pub fn stage(&self) -> Option<BillRunStage> {
        self.stage
    }

    /// What it bills; nothing until it is started.
    pub fn started(&self) -> Option<&Arc<BillRunStarted>> {
        self.started.as_ref()
    }

    /// From when on owners see their bills; from the day they are posted on when none is said.
    pub fn publish_on(&self) -> Option<CivilDate> {
        self.publish_on
    }

    /// What was written down of each unit; none of a run that is posted without a draft.
    pub fn drafts(&self) -> &BTreeMap<UnitId, UnitDraft> {
        &self.drafts
    }

    /// What the whole draft comes to; nothing until every unit was visited.
    pub fn drafted(&self) -> Option<&BillRunDrafted> {
        self.drafted.as_ref()
    }

    /// True for a unit that a rule refused when it was visited.
    pub fn has_refused(&self, unit: UnitId) -> bool {
        self.refused.contains(&unit)
    }

    /// What it came to, or was seen to come to; nothing when neither is known yet.
    pub fn amount(&self) -> Option<Money> {
        let drafted = self.drafted.as_ref().map(|drafted| drafted.amount);
        self.completed.as_ref().map(|completed| completed.amount).or(drafted)
    }

    /// Why and on whose word it is taken back.
    pub fn reversal(&self) -> Option<&Arc<BillRunReversalStarted>> {
        self.reversal.as_ref()
    }
}
