//! The fold of a `channel_settlement` stream: what stands.

use super::event::{ChannelSettled, ChannelSettlementEvent};
use crate::draft::Fact;
use std::sync::Arc;

/// The fold of a `channel_settlement` stream.
#[derive(Debug, Clone, Default)]
pub struct ChannelSettlementState {
    settled: Option<Arc<ChannelSettled>>,
}

impl ChannelSettlementState {
    /// The settlement that stands.
    pub fn settled(&self) -> Option<&Arc<ChannelSettled>> {
        self.settled.as_ref()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ChannelSettlementEvent, _fact: &Fact<'_>) {
        match event {
            ChannelSettlementEvent::ChannelSettled(e) => self.settled = Some(Arc::new(e.clone())),
            ChannelSettlementEvent::ChannelSettlementReversed(_) => self.settled = None,
        }
    }
}
