//! The fold of a `dunning` stream: who was told what, and when last.

use super::event::DunningEvent;
use crate::calendar::CivilDate;
use crate::draft::Fact;
use crate::id::PartyId;
use std::collections::{BTreeMap, BTreeSet};

/// What one party was told.
#[derive(Debug, Clone, Default)]
struct Told {
    last_on: Option<CivilDate>,
    stages: BTreeSet<(CivilDate, u32)>,
}

/// The fold of a `dunning` stream.
#[derive(Debug, Clone, Default)]
pub struct DunningState {
    told: BTreeMap<PartyId, Told>,
}

impl DunningState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &DunningEvent, fact: &Fact<'_>) {
        match event {
            DunningEvent::ReminderSent(e) => {
                let told = self.told.entry(e.party).or_default();
                told.last_on = told.last_on.max(Some(fact.effective_on));
                told.stages.insert((e.oldest_due_on, e.stage.0));
            }
            // Nobody was told anything.
            DunningEvent::ReminderSkipped(_) => {}
        }
    }

    /// The day the party was last told.
    pub fn last_told_on(&self, party: PartyId) -> Option<CivilDate> {
        self.told.get(&party).and_then(|told| told.last_on)
    }

    /// True when the party was told this stage while a charge of that due date was its oldest.
    pub fn was_told(&self, party: PartyId, oldest_due_on: CivilDate, stage: u32) -> bool {
        self.told.get(&party).is_some_and(|told| told.stages.contains(&(oldest_due_on, stage)))
    }
}
