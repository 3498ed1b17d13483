//! The fold of a `fund_spend` stream: what is spent, the shares by chunk, how far they are borne, paid or taken back.

use super::event::{FundShare, FundSpendEvent, FundSpendOpened, FundSpendPaid};
use crate::calendar::CivilDate;
use crate::draft::Fact;
use crate::id::{SupplierPaymentId, UnitId};
use crate::money::Money;
use crate::wire::words;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

words! {
    /// Where a spend stands.
    pub enum FundSpendStage {
        /// Its shares are fixed; nothing is borne.
        Open = "open",
        /// It is being posted.
        Posting = "posting",
        /// Every share is borne, or listed as a shortfall.
        Posted = "posted",
        /// It is being taken back.
        Reversing = "reversing",
        /// Nothing of it is borne any more.
        Reversed = "reversed",
        /// It was given up: nothing of it was ever borne.
        Discarded = "discarded",
    }
}

/// The fold of a `fund_spend` stream.
#[derive(Debug, Clone, Default)]
pub struct FundSpendState {
    stage: Option<FundSpendStage>,
    opened: Option<Arc<FundSpendOpened>>,
    chunks: Vec<Arc<Vec<FundShare>>>,
    /// The day on which every share was borne or listed.
    posted_on: Option<CivilDate>,
    /// Chunks whose shares are borne.
    standing: BTreeSet<u32>,
    /// What units did not have and have not borne since.
    short: BTreeMap<UnitId, Money>,
    /// Payments that stand.
    payments: BTreeMap<SupplierPaymentId, FundSpendPaid>,
}

impl FundSpendState {
    /// Where it stands; nothing until it is opened.
    pub fn stage(&self) -> Option<FundSpendStage> {
        self.stage
    }

    /// What was said when it was opened.
    pub fn opened(&self) -> Option<&Arc<FundSpendOpened>> {
        self.opened.as_ref()
    }

    /// The day on which every share was borne or listed.
    pub(super) fn posted_on(&self) -> Option<CivilDate> {
        self.posted_on
    }

    /// The shares of a chunk, counted from 1.
    pub fn chunk(&self, chunk: u32) -> Option<&Arc<Vec<FundShare>>> {
        self.chunks.get(usize::try_from(chunk.checked_sub(1)?).ok()?)
    }

    /// How many chunks it has.
    pub fn chunks(&self) -> u32 {
        u32::try_from(self.chunks.len()).unwrap_or(u32::MAX)
    }

    /// Every share, in the order of unit codes.
    pub fn shares(&self) -> impl Iterator<Item = &FundShare> {
        self.chunks.iter().flat_map(|shares| shares.iter())
    }

    /// True when the shares of a chunk are borne.
    pub fn stands(&self, chunk: u32) -> bool {
        self.standing.contains(&chunk)
    }

    /// True when some shares are borne.
    pub fn stands_at_all(&self) -> bool {
        !self.standing.is_empty()
    }

    /// True when the shares of every chunk are borne.
    pub fn stands_whole(&self) -> bool {
        (1..=self.chunks()).all(|chunk| self.stands(chunk))
    }

    /// What a unit did not have of its share and has not borne since.
    pub fn short(&self, unit: UnitId) -> Money {
        self.short.get(&unit).copied().unwrap_or_default()
    }

    /// What all units did not have and have not borne since.
    pub fn shortfall(&self) -> Money {
        self.short.values().copied().sum()
    }

    /// What units bore, while all of it is posted.
    pub fn borne(&self) -> Money {
        match (self.stage, &self.opened) {
            (Some(FundSpendStage::Posted), Some(opened)) => opened.amount.fold(self.shortfall().negated()),
            _ => Money::ZERO,
        }
    }

    /// A payment that stands.
    pub fn payment(&self, payment: SupplierPaymentId) -> Option<&FundSpendPaid> {
        self.payments.get(&payment)
    }

    /// What of it is paid.
    pub fn paid(&self) -> Money {
        self.payments.values().map(|payment| payment.amount).sum()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &FundSpendEvent, fact: &Fact<'_>) {
        match event {
            FundSpendEvent::FundSpendOpened(opened) => {
                self.stage = Some(FundSpendStage::Open);
                self.opened = Some(Arc::new(opened.clone()));
            }
            FundSpendEvent::FundSpendSharesFixed(fixed) => self.chunks.push(Arc::new(fixed.shares.clone())),
            FundSpendEvent::FundSpendDiscarded(_) => self.stage = Some(FundSpendStage::Discarded),
            FundSpendEvent::FundSpendPostingStarted(_) => self.stage = Some(FundSpendStage::Posting),
            FundSpendEvent::FundSpendChunkPosted(posted) => {
                self.standing.insert(posted.chunk.0);
                self.short.extend(posted.short.iter().map(|short| (short.unit, short.amount)));
            }
            FundSpendEvent::FundSpendPosted(_) => {
                self.stage = Some(FundSpendStage::Posted);
                self.posted_on = Some(fact.effective_on);
            }
            FundSpendEvent::FundShortfallBorne(borne) => {
                let left = self.short(borne.unit).fold(borne.amount.negated());
                if left.is_zero() {
                    self.short.remove(&borne.unit);
                } else {
                    self.short.insert(borne.unit, left);
                }
            }
            FundSpendEvent::FundSpendPaid(paid) => {
                self.payments.insert(paid.payment, paid.clone());
            }
            FundSpendEvent::FundSpendPaymentReversed(reversed) => {
                self.payments.remove(&reversed.payment);
            }
            FundSpendEvent::FundSpendReversalStarted(_) => self.stage = Some(FundSpendStage::Reversing),
            FundSpendEvent::FundSpendChunkReversed(reversed) => {
                self.standing.remove(&reversed.chunk.0);
            }
            FundSpendEvent::FundSpendReversed(_) => self.stage = Some(FundSpendStage::Reversed),
        }
    }
}
