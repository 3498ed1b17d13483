//! Facts of a day of a channel account.

use crate::book::Purse;
use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::{ChannelAccountId, ChannelDifferenceId, LedgerId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Count, Digest, Label};
use crate::wire::words;

words! {
    /// How bill and log differ.
    pub enum DifferenceKind {
        /// The provider has money that the log does not have.
        LocalMissing = "local_missing",
        /// The log has money that the provider does not have.
        ChannelMissing = "channel_missing",
        /// Both have it, with other amounts.
        AmountDiffers = "amount_differs",
        /// Both have it, and one says that it was taken back.
        StatusDiffers = "status_differs",
        /// A refund that one of them does not have, or has with another amount.
        RefundDiffers = "refund_differs",
    }
}

facts! {
    /// What of a lump is of a community.
    pub struct LumpPart {
        /// The community.
        pub community: LedgerId,
        /// What came in less what went back and what the provider keeps.
        pub net: Money,
    }
    /// The provider's bill was matched with the log.
    pub struct ChannelDayReconciled {
        /// The channel account.
        pub channel_account: ChannelAccountId,
        /// The day.
        pub day: CivilDate,
        /// SHA-256 of the bill as it was read.
        pub bill: Digest,
        /// Its lines.
        pub lines: Count,
        /// Of them, those that the log has just so.
        pub matched: Count,
        /// What differs.
        pub differences: Count,
        /// What came in by the bill.
        pub paid: Money,
        /// What went back by the bill.
        pub refunded: Money,
        /// What the provider keeps by the bill.
        pub fee: Money,
    }
    /// What of the bill is of one community; of what is nobody's, the company's own part.
    pub struct ChannelDaySplit {
        /// The community; absent: of none that is known.
        pub community: Option<LedgerId>,
        /// What came in by the bill.
        pub paid: Money,
        /// What went back by the bill.
        pub refunded: Money,
        /// What the provider keeps by the bill.
        pub fee: Money,
        /// Up to where the community's log was read.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Bill and log differ.
    pub struct ChannelDifferenceFound {
        /// The difference.
        pub difference: ChannelDifferenceId,
        /// How.
        pub kind: DifferenceKind,
        /// The number of the payment or of the refund that both sides know it by.
        pub reference: Label,
        /// The community; absent when no log has it.
        pub community: Option<LedgerId>,
        /// What the provider says; absent when it has no such line.
        pub theirs: Option<Money>,
        /// What the log says; absent when it has no such fact.
        pub ours: Option<Money>,
    }
    /// The next reading found this difference no more.
    pub struct ChannelDifferenceGone {
        /// The difference.
        pub difference: ChannelDifferenceId,
    }
    /// Somebody says what a difference is.
    pub struct ChannelDifferenceExplained {
        /// The difference.
        pub difference: ChannelDifferenceId,
        /// What it is.
        pub note: Label,
    }
    /// The day is done: every difference is gone or explained.
    pub struct ChannelDaySignedOff {
        /// What of the differences is explained and stays.
        pub explained: Count,
    }
    /// The provider paid the day's money to the bank in one sum 结算到账: of it each community records its own, and the rest waits in
    /// the company's suspense.
    pub struct ChannelLumpRecorded {
        /// The channel account.
        pub channel_account: ChannelAccountId,
        /// The bank account that it came to.
        pub bank_account: ChannelAccountId,
        /// The purse of both.
        pub purse: Purse,
        /// The day whose trades it is.
        pub day: CivilDate,
        /// What the bank got.
        pub amount: Money,
        /// What of it is of communities by the signed day.
        pub parts: Vec<LumpPart>,
        /// What of it is of none; negative when the bank got less than is theirs.
        pub rest: Money,
        /// The bank's day.
        pub value_on: CivilDate,
        /// Up to where the company's ledger says so of both accounts.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Somebody else says what the rest was, and it is the company's suspense no more.
    pub struct ChannelRestCleared {
        /// The channel account.
        pub channel_account: ChannelAccountId,
        /// The bank account.
        pub bank_account: ChannelAccountId,
        /// The purse of both.
        pub purse: Purse,
        /// All of the rest.
        pub amount: Money,
        /// The day on which it left the bank account, or came in.
        pub value_on: CivilDate,
        /// What it was.
        pub note: Label,
    }
}

events! {
    /// Facts of a `channel_day` stream.
    pub enum ChannelDayEvent of "channel_day" {
        ChannelDayReconciled = "channel_day_reconciled", 1;
        ChannelDaySplit = "channel_day_split", 1;
        ChannelDifferenceFound = "channel_difference_found", 1;
        ChannelDifferenceGone = "channel_difference_gone", 1;
        ChannelDifferenceExplained = "channel_difference_explained", 1;
        ChannelDaySignedOff = "channel_day_signed_off", 1;
        ChannelLumpRecorded = "channel_lump_recorded", 1;
        ChannelRestCleared = "channel_rest_cleared", 1;
    }
}
