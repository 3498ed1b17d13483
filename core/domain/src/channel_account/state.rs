//! The fold of a `channel_account` stream: what its rules need to know.

use super::event::ChannelAccountEvent;
use crate::draft::Fact;

/// The fold of a `channel_account` stream.
#[derive(Debug, Clone, Default)]
pub struct ChannelAccountState {}

impl ChannelAccountState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &ChannelAccountEvent, _fact: &Fact<'_>) {}
}
