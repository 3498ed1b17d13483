//! Facts of a closed day of a channel account.

use crate::book::Purse;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::event::{events, facts};
use crate::id::ChannelAccountId;
use crate::ledger::{Position, Seen};
use crate::money::Money;

facts! {
    /// A person closed the day; closed again when more of it became known.
    pub struct DayClosed {
        /// The channel account.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub kind: ChannelKind,
        /// Its purse.
        pub purse: Purse,
        /// The accounting date.
        pub day: CivilDate,
        /// What stood on it when the day began.
        pub opening: Money,
        /// What came in.
        pub received: Money,
        /// What went out.
        pub paid: Money,
        /// What stood on it when the day ended.
        pub closing: Money,
        /// Up to where the log says so.
        pub known_at: Position,
        /// The company facts that the account and its reconciliation rest on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

events! {
    /// Facts of a `day_close` stream.
    pub enum DayCloseEvent of "day_close" {
        DayClosed = "day_closed", 1;
    }
}
