//! The channel account that money moves through, as the company's ledger says.

use crate::book::Purse;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::id::ChannelAccountId;
use crate::ledger::Seen;
use crate::money::Money;
use crate::payment::PaymentReceived;
use crate::value::Code;

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

impl Channel {
    /// Money that came in by it, of whom nothing is known yet.
    pub(crate) fn received(&self, reference: Code, amount: Money, value_on: CivilDate) -> PaymentReceived {
        PaymentReceived {
            channel_account: self.id,
            channel: self.kind,
            purse: self.purse,
            seen: self.seen.clone(),
            reference,
            amount,
            value_on,
            shift: None,
            slip: None,
            payer: None,
            payer_account: None,
            remark: None,
            named_units: Vec::new(),
            named_orders: Vec::new(),
            method: None,
            tendered: None,
            change: None,
            rounding: None,
        }
    }
}
