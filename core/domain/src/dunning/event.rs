//! Facts of pressing for what an account owes: reminders 提醒, formal demands 催告, promises, disputes, stops.

use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::{AccountId, ChargeId, FormalDemandId, PartyId};
use crate::money::Money;
use crate::value::{Count, Digest, Label};
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
        /// The party promised to pay by a day that is not over.
        Promised = "promised",
        /// All that it owes is disputed.
        Disputed = "disputed",
        /// The obligor has died; the heirs are not known yet.
        Deceased = "deceased",
        /// A court decides.
        InCourt = "in_court",
    }
}

words! {
    /// Why an account's party is not reminded any more.
    pub enum StopReason {
        /// The obligor has died; the heirs are not known yet.
        Deceased = "deceased",
        /// A court decides.
        InCourt = "in_court",
    }
}

facts! {
    /// A charge that is demanded or promised, with what was open of it.
    pub struct Claim {
        /// The charge.
        pub charge: ChargeId,
        /// Open on that day.
        pub open: Money,
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
    /// A formal demand 催告 with amounts and a deadline went out.
    pub struct FormalDemandSent {
        /// The account.
        pub account: AccountId,
        /// The demand.
        pub demand: FormalDemandId,
        /// Of whom it is demanded.
        pub party: PartyId,
        /// For which charges, the oldest first.
        pub claims: Vec<Claim>,
        /// Sum of them.
        pub amount: Money,
        /// The last day to pay.
        pub pay_by: CivilDate,
    }
    /// A formal demand reached the party: limitation of its charges begins anew.
    pub struct FormalDemandDelivered {
        /// The account.
        pub account: AccountId,
        /// The demand.
        pub demand: FormalDemandId,
        /// Whom it reached.
        pub party: PartyId,
        /// The charges of the demand.
        pub charges: Vec<ChargeId>,
        /// The day it reached the party.
        pub delivered_on: CivilDate,
        /// Commitment to the evidence.
        pub evidence: Digest,
    }
    /// The party promised to pay: it is not pressed until then, and limitation begins anew.
    pub struct PaymentPromised {
        /// The account.
        pub account: AccountId,
        /// Who promised.
        pub party: PartyId,
        /// Which charges, the oldest first.
        pub claims: Vec<Claim>,
        /// Sum of them.
        pub amount: Money,
        /// The last day of the promise.
        pub pay_by: CivilDate,
    }
    /// A charge is disputed 争议.
    pub struct DisputeRaised {
        /// The account.
        pub account: AccountId,
        /// The charge.
        pub charge: ChargeId,
        /// Who owes it.
        pub party: PartyId,
        /// What is disputed.
        pub reason: Label,
    }
    /// A dispute is over.
    pub struct DisputeSettled {
        /// The account.
        pub account: AccountId,
        /// The charge.
        pub charge: ChargeId,
        /// How.
        pub reason: Label,
    }
    /// A party is not pressed any more.
    pub struct DunningStopped {
        /// The account.
        pub account: AccountId,
        /// The party.
        pub party: PartyId,
        /// Why.
        pub because: StopReason,
    }
    /// A party is pressed again.
    pub struct DunningResumed {
        /// The account.
        pub account: AccountId,
        /// The party.
        pub party: PartyId,
    }
}

events! {
    /// Facts of a `dunning` stream.
    pub enum DunningEvent of "dunning" {
        ReminderSent = "reminder_sent", 1;
        ReminderSkipped = "reminder_skipped", 1;
        FormalDemandSent = "formal_demand_sent", 1;
        FormalDemandDelivered = "formal_demand_delivered", 1;
        PaymentPromised = "payment_promised", 1;
        DisputeRaised = "dispute_raised", 1;
        DisputeSettled = "dispute_settled", 1;
        DunningStopped = "dunning_stopped", 1;
        DunningResumed = "dunning_resumed", 1;
    }
}
