//! The channel account that money moves through, as the company's ledger says.

use crate::book::Purse;
use crate::channel_account::ChannelKind;
use crate::id::ChannelAccountId;
use crate::ledger::Seen;

/// A channel account of the company's ledger; an argument, because no command reads another ledger.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Channel {
    /// Its id.
    pub id: ChannelAccountId,
    /// Its kind.
    pub kind: ChannelKind,
    /// The purse whose money it takes.
    pub purse: Purse,
    /// Up to where the company's ledger was read; not part of what is approved, because it only grows.
    #[serde(skip)]
    pub seen: Vec<Seen>,
}
