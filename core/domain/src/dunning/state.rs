//! The fold of a `dunning` stream: who was told and asked what, and what stops that.

use super::event::{Claim, DunningEvent, FormalDemandSent, SkipReason, StopReason};
use crate::calendar::CivilDate;
use crate::draft::Fact;
use crate::id::{ChargeId, FormalDemandId, PartyId};
use std::collections::{BTreeMap, BTreeSet};

/// What one party was told.
#[derive(Debug, Clone, Default)]
struct Told {
    last_on: Option<CivilDate>,
    stages: BTreeSet<(CivilDate, u32)>,
}

/// A formal demand that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormalDemand {
    /// Of whom.
    pub party: PartyId,
    /// For which charges.
    pub charges: Vec<ChargeId>,
    /// When.
    pub sent_on: CivilDate,
    /// When it reached the party.
    pub delivered_on: Option<CivilDate>,
}

/// The fold of a `dunning` stream.
#[derive(Debug, Clone, Default)]
pub struct DunningState {
    told: BTreeMap<PartyId, Told>,
    demands: BTreeMap<FormalDemandId, FormalDemand>,
    promised: BTreeMap<PartyId, CivilDate>,
    stopped: BTreeMap<PartyId, StopReason>,
    disputed: BTreeSet<ChargeId>,
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
            DunningEvent::FormalDemandSent(e) => self.demanded(e, fact.effective_on),
            DunningEvent::FormalDemandDelivered(e) => {
                if let Some(demand) = self.demands.get_mut(&e.demand) {
                    demand.delivered_on = Some(e.delivered_on);
                }
            }
            DunningEvent::PaymentPromised(e) => {
                self.promised.insert(e.party, e.pay_by);
            }
            DunningEvent::DisputeRaised(e) => {
                self.disputed.insert(e.charge);
            }
            DunningEvent::DisputeSettled(e) => {
                self.disputed.remove(&e.charge);
            }
            DunningEvent::DunningStopped(e) => {
                self.stopped.insert(e.party, e.because);
            }
            DunningEvent::DunningResumed(e) => {
                self.stopped.remove(&e.party);
            }
        }
    }

    fn demanded(&mut self, sent: &FormalDemandSent, sent_on: CivilDate) {
        let charges = sent.claims.iter().map(|Claim { charge, .. }| *charge).collect();
        let demand = FormalDemand { party: sent.party, charges, sent_on, delivered_on: None };
        self.demands.insert(sent.demand, demand);
    }

    /// A formal demand by id.
    pub fn demand(&self, demand: FormalDemandId) -> Option<&FormalDemand> {
        self.demands.get(&demand)
    }

    /// True while a dispute about the charge is not settled.
    pub fn is_disputed(&self, charge: ChargeId) -> bool {
        self.disputed.contains(&charge)
    }

    /// Why the party is not pressed whatever the day.
    pub fn stopped(&self, party: PartyId) -> Option<StopReason> {
        self.stopped.get(&party).copied()
    }

    /// Why the party is not pressed on a day.
    pub fn stop(&self, party: PartyId, today: CivilDate) -> Option<SkipReason> {
        let promised = || self.promised.get(&party).filter(|pay_by| today <= **pay_by).map(|_| SkipReason::Promised);
        match self.stopped(party) {
            Some(StopReason::Deceased) => Some(SkipReason::Deceased),
            Some(StopReason::InCourt) => Some(SkipReason::InCourt),
            None => promised(),
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
