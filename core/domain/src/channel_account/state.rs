//! The fold of a `channel_account` stream: what its rules need to know.

use super::event::{ChannelAccountEvent, ChannelAccountOpened, ChannelKind};
use crate::book::Purse;
use crate::draft::Fact;

/// The fold of a `channel_account` stream.
#[derive(Debug, Clone, Default)]
pub struct ChannelAccountState {
    opened: Option<ChannelAccountOpened>,
    closed: bool,
}

impl ChannelAccountState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ChannelAccountEvent, _fact: &Fact<'_>) {
        match event {
            ChannelAccountEvent::ChannelAccountOpened(opened) => self.opened = Some(opened.clone()),
            ChannelAccountEvent::ChannelAccountClosed(_) => self.closed = true,
        }
    }

    /// True once opened, for ever.
    pub fn exists(&self) -> bool {
        self.opened.is_some()
    }

    /// True while it takes money.
    pub fn is_open(&self) -> bool {
        self.opened.is_some() && !self.closed
    }

    /// What kind it is, once opened.
    pub fn kind(&self) -> Option<ChannelKind> {
        self.opened.as_ref().map(|opened| opened.kind)
    }

    /// The purse whose money it takes, once opened.
    pub fn purse(&self) -> Option<Purse> {
        self.opened.as_ref().map(|opened| opened.purse)
    }
}
