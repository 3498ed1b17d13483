//! Facts of a refund that is given to the provider of its payment.

use crate::book::Purse;
use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::{AccountId, ChannelAccountId, PaymentId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Code, Count, Label};
use crate::wire::words;

words! {
    /// Why a provider pays a refund no more.
    pub enum ChannelRefundEnd {
        /// It says so.
        ByProvider = "by_provider",
        /// It was withdrawn before the provider took it.
        Withdrawn = "withdrawn",
    }
}

facts! {
    /// The provider is to pay it. The refund is its account's; what is said here is what the provider is told.
    pub struct ChannelRefundSent {
        /// The account.
        pub account: AccountId,
        /// 1 for the first try; the next one, after a try that was closed, has a number of its own.
        pub attempt: Count,
        /// The payment whose money it is.
        pub payment: PaymentId,
        /// The provider's number of the payment.
        pub reference: Code,
        /// All of the payment.
        pub total: Money,
        /// How much goes back.
        pub amount: Money,
        /// Where the payment lies.
        pub channel_account: ChannelAccountId,
        /// Its purse.
        pub purse: Purse,
        /// The company facts that the channel account rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The provider took it, and has not paid it yet.
    pub struct ChannelRefundAccepted {
        /// Which try.
        pub attempt: Count,
        /// The provider's number of it, where it gives one.
        pub reference: Option<Code>,
    }
    /// The payer's account does not take it: somebody has to tell the provider where else the money goes.
    pub struct ChannelRefundAbnormal {
        /// Which try.
        pub attempt: Count,
        /// The provider's number of it, where it gives one.
        pub reference: Option<Code>,
    }
    /// Nobody asks the provider for it any more; it ends once the provider says that it never took it.
    pub struct ChannelRefundWithdrawn {
        /// Which try.
        pub attempt: Count,
        /// Why.
        pub reason: Label,
    }
    /// The provider paid it.
    pub struct ChannelRefundSettled {
        /// Which try.
        pub attempt: Count,
        /// The provider's number of it, where it gives one.
        pub reference: Option<Code>,
        /// The day the money left.
        pub value_on: CivilDate,
    }
    /// The provider will not pay it: it may be sent again, settled in another way, or fail.
    pub struct ChannelRefundClosed {
        /// Which try.
        pub attempt: Count,
        /// Why.
        pub reason: ChannelRefundEnd,
    }
}

events! {
    /// Facts of a `channel_refund` stream.
    pub enum ChannelRefundEvent of "channel_refund" {
        ChannelRefundSent = "channel_refund_sent", 1;
        ChannelRefundAccepted = "channel_refund_accepted", 1;
        ChannelRefundAbnormal = "channel_refund_abnormal", 1;
        ChannelRefundWithdrawn = "channel_refund_withdrawn", 1;
        ChannelRefundSettled = "channel_refund_settled", 1;
        ChannelRefundClosed = "channel_refund_closed", 1;
    }
}
