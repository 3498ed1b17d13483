//! Facts of a settlement of a channel account's day.

use crate::book::Purse;
use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::ChannelAccountId;
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::Label;

facts! {
    /// The provider paid the day's money to the bank and kept its fee.
    pub struct ChannelSettled {
        /// The channel account.
        pub channel_account: ChannelAccountId,
        /// The bank account that it came to.
        pub bank_account: ChannelAccountId,
        /// The purse of both.
        pub purse: Purse,
        /// The day whose trades it is.
        pub day: CivilDate,
        /// Payments less refunds of the day.
        pub gross: Money,
        /// What the provider kept; negative when it gave some back.
        pub fee: Money,
        /// What the bank got: the rest.
        pub net: Money,
        /// The bank's day.
        pub value_on: CivilDate,
        /// The company facts that both accounts and the reconciliation rest on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The record was a mistake 红冲: an equal and opposite fact.
    pub struct ChannelSettlementReversed {
        /// The channel account.
        pub channel_account: ChannelAccountId,
        /// The bank account.
        pub bank_account: ChannelAccountId,
        /// The purse of both.
        pub purse: Purse,
        /// As recorded.
        pub gross: Money,
        /// As recorded.
        pub fee: Money,
        /// As recorded.
        pub net: Money,
        /// Why.
        pub reason: Label,
    }
}

events! {
    /// Facts of a `channel_settlement` stream.
    pub enum ChannelSettlementEvent of "channel_settlement" {
        ChannelSettled = "channel_settled", 1;
        ChannelSettlementReversed = "channel_settlement_reversed", 1;
    }
}
