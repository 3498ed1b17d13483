//! The fold of an `opening` stream: its totals, its records by chunk, and how far they are posted or taken back.

use super::event::{ControlTotal, OpeningEvent, OpeningKind, OpeningRecord};
use crate::draft::Fact;
use crate::id::FeeItemId;
use crate::money::{Money, MoneyError};
use crate::wire::words;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

words! {
    /// Where a batch stands.
    pub enum OpeningStage {
        /// Records come in; nothing posts.
        Draft = "draft",
        /// It is being posted.
        Posting = "posting",
        /// Every record stands in its account.
        Posted = "posted",
        /// It is being taken back.
        Reversing = "reversing",
        /// Nothing of it stands any more.
        Reversed = "reversed",
        /// The draft was given up: nothing of it ever stood.
        Discarded = "discarded",
    }
}

/// Amounts by kind and fee item.
pub(super) type Totals = BTreeMap<(OpeningKind, Option<FeeItemId>), Money>;

/// The fold of an `opening` stream.
#[derive(Debug, Clone, Default)]
pub struct OpeningState {
    stage: Option<OpeningStage>,
    totals: Vec<ControlTotal>,
    chunks: Vec<Arc<Vec<OpeningRecord>>>,
    /// Chunks whose records stand in their accounts.
    standing: BTreeSet<u32>,
    /// A chunk was refused, and nobody has let the batch go on since.
    stopped: bool,
}

impl OpeningState {
    /// Where it stands; nothing until it is started.
    pub fn stage(&self) -> Option<OpeningStage> {
        self.stage
    }

    /// True while it waits because a chunk was refused.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// How many chunks it has.
    pub fn chunks(&self) -> u32 {
        u32::try_from(self.chunks.len()).unwrap_or(u32::MAX)
    }

    /// A chunk, counted from 1, with the number of the record before its first.
    pub fn chunk(&self, chunk: u32) -> Option<(u32, Arc<Vec<OpeningRecord>>)> {
        let index = usize::try_from(chunk.checked_sub(1)?).ok()?;
        let before: usize = self.chunks.iter().take(index).map(|records| records.len()).sum();
        Some((u32::try_from(before).ok()?, self.chunks.get(index)?.clone()))
    }

    /// True when the records of a chunk stand in their accounts.
    pub fn stands(&self, chunk: u32) -> bool {
        self.standing.contains(&chunk)
    }

    /// The chunks whose records stand in their accounts.
    pub fn standing(&self) -> impl Iterator<Item = u32> {
        self.standing.iter().copied()
    }

    /// Every record, in order.
    pub fn records(&self) -> impl Iterator<Item = &OpeningRecord> {
        self.chunks.iter().flat_map(|records| records.iter())
    }

    /// As the old books have them.
    pub(super) fn control(&self) -> Totals {
        self.totals.iter().map(|total| ((total.kind, total.fee_item), total.amount)).collect()
    }

    /// What the records of some chunks sum to.
    ///
    /// # Errors
    /// [`MoneyError`] beyond its range.
    pub(super) fn sums(&self, of: impl Fn(u32) -> bool) -> Result<Totals, MoneyError> {
        let mut sums = Totals::new();
        for (_, records) in (1..).zip(&self.chunks).filter(|(chunk, _)| of(*chunk)) {
            for (kind, fee_item, amount) in records.iter().filter_map(OpeningRecord::counts) {
                let sum = sums.entry((kind, fee_item)).or_default();
                *sum = sum.plus(amount)?;
            }
        }
        Ok(sums)
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &OpeningEvent, _fact: &Fact<'_>) {
        match event {
            OpeningEvent::OpeningStarted(e) => {
                self.stage = Some(OpeningStage::Draft);
                self.totals.clone_from(&e.totals);
            }
            OpeningEvent::OpeningRecordsAdded(e) => self.chunks.push(Arc::new(e.records.clone())),
            OpeningEvent::OpeningPostingStarted(_) => self.stage = Some(OpeningStage::Posting),
            OpeningEvent::OpeningChunkPosted(e) => {
                self.standing.insert(e.chunk.0);
            }
            OpeningEvent::OpeningChunkRefused(_) => self.stopped = true,
            OpeningEvent::OpeningResumed(_) => self.stopped = false,
            OpeningEvent::OpeningCompleted(_) => self.stage = Some(OpeningStage::Posted),
            OpeningEvent::OpeningReversalStarted(_) => {
                self.stage = Some(OpeningStage::Reversing);
                self.stopped = false;
            }
            OpeningEvent::OpeningChunkReversed(e) => {
                self.standing.remove(&e.chunk.0);
            }
            OpeningEvent::OpeningReversed(_) => self.stage = Some(OpeningStage::Reversed),
            OpeningEvent::OpeningDiscarded(_) => self.stage = Some(OpeningStage::Discarded),
        }
    }
}
