//! Facts of reminding an account 提醒: what was sent and what was skipped, and why.

use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::{AccountId, PartyId};
use crate::money::Money;
use crate::value::Count;
use crate::wire::words;

words! {
    /// How a reminder went out.
    pub enum ReminderChannel {
        /// The inbox in the owners' app.
        InApp = "in_app",
    }
}

words! {
    /// Why no reminder went out.
    pub enum SkipReason {
        /// Nothing is open and due.
        NothingOpen = "nothing_open",
        /// Nobody to tell.
        NoContact = "no_contact",
        /// One went out too recently.
        TooSoon = "too_soon",
    }
}

facts! {
    /// A friendly reminder went to the obligor.
    pub struct ReminderSent {
        /// The account.
        pub account: AccountId,
        /// Who was told.
        pub party: PartyId,
        /// Stage, as data of the community.
        pub stage: Count,
        /// Open on that day.
        pub open: Money,
        /// Due date of the oldest open charge.
        pub oldest_due_on: CivilDate,
        /// How it went.
        pub channel: ReminderChannel,
    }
    /// No reminder, and why.
    pub struct ReminderSkipped {
        /// The account.
        pub account: AccountId,
        /// Stage.
        pub stage: Count,
        /// Why.
        pub reason: SkipReason,
    }
}

events! {
    /// Facts of a `dunning` stream.
    pub enum DunningEvent of "dunning" {
        ReminderSent = "reminder_sent", 1;
        ReminderSkipped = "reminder_skipped", 1;
    }
}
