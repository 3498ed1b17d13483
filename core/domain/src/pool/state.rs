//! The fold of a `pool` stream: what is shared, the shares by chunk, and how far they are charged or taken back.

use super::event::{PoolEvent, PoolOpened, PoolPostingStarted, PoolReversalStarted, PoolShare, UnchargedShare};
use crate::draft::Fact;
use crate::id::UnitId;
use crate::money::Money;
use crate::wire::words;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

words! {
    /// Where a pool stands.
    pub enum PoolStage {
        /// Its shares are fixed; nothing is charged.
        Open = "open",
        /// It is being charged.
        Posting = "posting",
        /// Every share is charged, or listed as charged to nobody.
        Posted = "posted",
        /// It is being taken back.
        Reversing = "reversing",
        /// Nothing of it is charged any more.
        Reversed = "reversed",
        /// It was given up: nothing of it was ever charged.
        Discarded = "discarded",
    }
}

impl PoolStage {
    /// True until it is at its end: posted, reversed or discarded.
    pub fn is_under_way(self) -> bool {
        match self {
            Self::Open | Self::Posting | Self::Reversing => true,
            Self::Posted | Self::Reversed | Self::Discarded => false,
        }
    }
}

/// The fold of a `pool` stream.
#[derive(Debug, Clone, Default)]
pub struct PoolState {
    stage: Option<PoolStage>,
    opened: Option<Arc<PoolOpened>>,
    chunks: Vec<Arc<Vec<PoolShare>>>,
    posting: Option<Arc<PoolPostingStarted>>,
    reversal: Option<Arc<PoolReversalStarted>>,
    /// Chunks whose shares are charged.
    standing: BTreeSet<u32>,
    uncharged: BTreeMap<UnitId, UnchargedShare>,
}

impl PoolState {
    /// Where it stands; nothing until it is opened.
    pub fn stage(&self) -> Option<PoolStage> {
        self.stage
    }

    /// What was said when it was opened.
    pub fn opened(&self) -> Option<&Arc<PoolOpened>> {
        self.opened.as_ref()
    }

    /// When and on whose word it is charged.
    pub fn posting(&self) -> Option<&Arc<PoolPostingStarted>> {
        self.posting.as_ref()
    }

    /// Why and on whose word it is taken back.
    pub fn reversal(&self) -> Option<&Arc<PoolReversalStarted>> {
        self.reversal.as_ref()
    }

    /// The shares of a chunk, counted from 1.
    pub fn chunk(&self, chunk: u32) -> Option<&Arc<Vec<PoolShare>>> {
        self.chunks.get(usize::try_from(chunk.checked_sub(1)?).ok()?)
    }

    /// How many chunks it has.
    pub fn chunks(&self) -> u32 {
        u32::try_from(self.chunks.len()).unwrap_or(u32::MAX)
    }

    /// Every share, in the order of unit codes.
    pub fn shares(&self) -> impl Iterator<Item = &PoolShare> {
        self.chunks.iter().flat_map(|shares| shares.iter())
    }

    /// True when the shares of a chunk are charged.
    pub fn stands(&self, chunk: u32) -> bool {
        self.standing.contains(&chunk)
    }

    /// True when some shares are charged.
    pub fn stands_at_all(&self) -> bool {
        !self.standing.is_empty()
    }

    /// True when the shares of every chunk are charged.
    pub fn stands_whole(&self) -> bool {
        (1..=self.chunks()).all(|chunk| self.stands(chunk))
    }

    /// Why the share of a unit was charged to nobody, when it was.
    pub fn uncharged(&self, unit: UnitId) -> Option<&UnchargedShare> {
        self.uncharged.get(&unit)
    }

    /// What was charged to nobody.
    pub fn uncharged_amount(&self) -> Money {
        self.uncharged.values().map(|share| share.amount).sum()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &PoolEvent, _fact: &Fact<'_>) {
        match event {
            PoolEvent::PoolOpened(opened) => {
                self.stage = Some(PoolStage::Open);
                self.opened = Some(Arc::new(opened.clone()));
            }
            PoolEvent::PoolSharesFixed(fixed) => self.chunks.push(Arc::new(fixed.shares.clone())),
            PoolEvent::PoolDiscarded(_) => self.stage = Some(PoolStage::Discarded),
            PoolEvent::PoolPostingStarted(started) => {
                self.stage = Some(PoolStage::Posting);
                self.posting = Some(Arc::new(started.clone()));
            }
            PoolEvent::PoolChunkPosted(posted) => {
                self.standing.insert(posted.chunk.0);
                self.uncharged.extend(posted.uncharged.iter().map(|share| (share.unit, share.clone())));
            }
            PoolEvent::PoolPosted(_) => self.stage = Some(PoolStage::Posted),
            PoolEvent::PoolReversalStarted(started) => {
                self.stage = Some(PoolStage::Reversing);
                self.reversal = Some(Arc::new(started.clone()));
            }
            PoolEvent::PoolChunkReversed(reversed) => {
                self.standing.remove(&reversed.chunk.0);
            }
            PoolEvent::PoolReversed(_) => self.stage = Some(PoolStage::Reversed),
        }
    }
}
