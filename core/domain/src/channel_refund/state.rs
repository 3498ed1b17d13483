//! The fold of a `channel_refund` stream: what the provider was told last, and what it said.

use super::event::{ChannelRefundEvent, ChannelRefundSent};
use crate::calendar::Instant;
use crate::draft::Fact;
use crate::value::Code;
use std::sync::Arc;

/// Where a refund stands with its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelRefundStage {
    /// To be given to it, or given without an answer.
    #[default]
    Sent,
    /// Taken, not yet paid.
    Accepted,
    /// The payer's account does not take it.
    Abnormal,
    /// To be given to it no more; it may have taken it.
    Withdrawn,
    /// Paid.
    Settled,
    /// It will not be paid.
    Closed,
}

impl ChannelRefundStage {
    /// True while the provider may pay it.
    pub fn is_ongoing(self) -> bool {
        match self {
            Self::Sent | Self::Accepted | Self::Abnormal | Self::Withdrawn => true,
            Self::Settled | Self::Closed => false,
        }
    }
}

/// The fold of a `channel_refund` stream.
#[derive(Debug, Clone, Default)]
pub struct ChannelRefundState {
    sent: Option<Arc<ChannelRefundSent>>,
    stage: ChannelRefundStage,
    reference: Option<Code>,
    changed_at: Option<Instant>,
}

impl ChannelRefundState {
    /// The newest try.
    pub fn sent(&self) -> Option<&Arc<ChannelRefundSent>> {
        self.sent.as_ref()
    }

    /// Where the newest try stands; none when there was none.
    pub fn stage(&self) -> Option<ChannelRefundStage> {
        self.sent.is_some().then_some(self.stage)
    }

    /// The provider's number of the newest try, once known.
    pub fn reference(&self) -> Option<&Code> {
        self.reference.as_ref()
    }

    /// When the newest fact was recorded.
    pub fn changed_at(&self) -> Option<Instant> {
        self.changed_at
    }

    /// True while a provider may pay it.
    pub fn is_ongoing(&self) -> bool {
        self.stage().is_some_and(ChannelRefundStage::is_ongoing)
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ChannelRefundEvent, fact: &Fact<'_>) {
        self.changed_at = Some(fact.recorded_at);
        match event {
            ChannelRefundEvent::ChannelRefundSent(e) => {
                self.sent = Some(Arc::new(e.clone()));
                (self.stage, self.reference) = (ChannelRefundStage::Sent, None);
            }
            ChannelRefundEvent::ChannelRefundAccepted(e) => {
                self.told(ChannelRefundStage::Accepted, e.reference.as_ref())
            }
            ChannelRefundEvent::ChannelRefundAbnormal(e) => {
                self.told(ChannelRefundStage::Abnormal, e.reference.as_ref())
            }
            ChannelRefundEvent::ChannelRefundWithdrawn(_) => self.told(ChannelRefundStage::Withdrawn, None),
            ChannelRefundEvent::ChannelRefundSettled(e) => self.told(ChannelRefundStage::Settled, e.reference.as_ref()),
            ChannelRefundEvent::ChannelRefundClosed(_) => self.told(ChannelRefundStage::Closed, None),
        }
    }

    fn told(&mut self, stage: ChannelRefundStage, reference: Option<&Code>) {
        self.stage = stage;
        if let Some(reference) = reference {
            self.reference = Some(reference.clone());
        }
    }
}
