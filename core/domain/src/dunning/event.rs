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
        /// One went out too recently, or one of this stage for the same oldest charge.
        TooSoon = "too_soon",
    }
}

facts! {
    /// A friendly reminder went to whoever owes, or pays by contract.
    pub struct ReminderSent {
        /// The account.
        pub account: AccountId,
        /// Who was told.
        pub party: PartyId,
        /// Stage, as data of the community, from 1.
        pub stage: Count,
        /// What the party is asked for on that day: open charges that have reached the first stage.
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
        /// Who would have been told; absent when nobody owes anything.
        pub party: Option<PartyId>,
        /// Stage; 0 when none is reached.
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
