//! The fold of a `channel_day` stream: the newest reading, and what became of each difference.

use super::event::{
    ChannelDayEvent, ChannelDayReconciled, ChannelDaySplit, ChannelDifferenceFound, ChannelLumpRecorded,
};
use crate::draft::Fact;
use crate::envelope::Actor;
use crate::id::{ChannelDifferenceId, LedgerId};
use crate::money::Money;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What became of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceStanding {
    /// Somebody has to look.
    Open,
    /// Bill and log agree by now.
    Gone,
    /// Somebody said what it is.
    Explained,
}

/// The fold of a `channel_day` stream.
#[derive(Debug, Clone, Default)]
pub struct ChannelDayState {
    reconciled: Option<Arc<ChannelDayReconciled>>,
    splits: BTreeMap<Option<LedgerId>, ChannelDaySplit>,
    differences: BTreeMap<ChannelDifferenceId, (Arc<ChannelDifferenceFound>, DifferenceStanding)>,
    signed_off: bool,
    lump: Option<(Arc<ChannelLumpRecorded>, Actor)>,
    cleared: bool,
}

impl ChannelDayState {
    /// The newest reading.
    pub fn reconciled(&self) -> Option<&Arc<ChannelDayReconciled>> {
        self.reconciled.as_ref()
    }

    /// What of the bill is of a community by the newest reading.
    pub fn split(&self, community: Option<LedgerId>) -> Option<&ChannelDaySplit> {
        self.splits.get(&community)
    }

    /// What of the bill is whose.
    pub fn splits(&self) -> impl Iterator<Item = &ChannelDaySplit> {
        self.splits.values()
    }

    /// Every difference that was ever found, and what became of it.
    pub fn differences(&self) -> impl Iterator<Item = &(Arc<ChannelDifferenceFound>, DifferenceStanding)> {
        self.differences.values()
    }

    /// What became of a difference.
    pub fn difference(&self, difference: ChannelDifferenceId) -> Option<DifferenceStanding> {
        self.differences.get(&difference).map(|(_, standing)| *standing)
    }

    /// How many differences stand so.
    pub fn count(&self, standing: DifferenceStanding) -> usize {
        self.differences().filter(|(_, stands)| *stands == standing).count()
    }

    /// True once the day is done.
    pub fn is_signed_off(&self) -> bool {
        self.signed_off
    }

    /// What the bank got in one sum, and who recorded it.
    pub fn lump(&self) -> Option<&(Arc<ChannelLumpRecorded>, Actor)> {
        self.lump.as_ref()
    }

    /// What of the lump waits in the company's suspense.
    pub fn rest(&self) -> Money {
        self.lump.as_ref().filter(|_| !self.cleared).map(|(lump, _)| lump.rest).unwrap_or_default()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ChannelDayEvent, fact: &Fact<'_>) {
        match event {
            ChannelDayEvent::ChannelDayReconciled(e) => {
                self.reconciled = Some(Arc::new(e.clone()));
                self.splits.clear();
            }
            ChannelDayEvent::ChannelDaySplit(e) => {
                self.splits.insert(e.community, e.clone());
            }
            ChannelDayEvent::ChannelDifferenceFound(e) => {
                self.differences.insert(e.difference, (Arc::new(e.clone()), DifferenceStanding::Open));
            }
            ChannelDayEvent::ChannelDifferenceGone(e) => self.stand(e.difference, DifferenceStanding::Gone),
            ChannelDayEvent::ChannelDifferenceExplained(e) => self.stand(e.difference, DifferenceStanding::Explained),
            ChannelDayEvent::ChannelDaySignedOff(_) => self.signed_off = true,
            ChannelDayEvent::ChannelLumpRecorded(e) => self.lump = Some((Arc::new(e.clone()), fact.actor)),
            ChannelDayEvent::ChannelRestCleared(_) => self.cleared = true,
        }
    }

    fn stand(&mut self, difference: ChannelDifferenceId, standing: DifferenceStanding) {
        if let Some((_, stands)) = self.differences.get_mut(&difference) {
            *stands = standing;
        }
    }
}
