//! An approval: requested by one, granted by another, bound to the digest of what it approves.

use crate::event::{events, facts};
use crate::id::{AccountId, ApprovalId, PersonId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Digest, Label};

facts! {
    /// On whose word a fact stands: requested by one and approved by another, or within the limit of the asker's role.
    pub struct Approved {
        /// Who asked.
        pub requested_by: uuid::Uuid,
        /// Who approved; absent when the limit covers it.
        pub approved_by: Option<uuid::Uuid>,
        /// The approval stream; absent when the limit covers it.
        pub approval: Option<ApprovalId>,
        /// The limit that covers it; absent when another approved.
        pub approved_by_limit: Option<Money>,
    }
}

facts! {
    /// Somebody asks.
    pub struct ApprovalRequested {
        /// The operation, such as `approve_refund`.
        pub operation: Label,
        /// Digest of the payload.
        pub digest: Digest,
        /// What is to be done, as canonical JSON text.
        pub payload: String,
        /// The amount at stake, which the approver's limit must reach; absent when there is none.
        pub amount: Option<Money>,
        /// The accounts it touches: nobody approves for a unit of his own.
        #[serde(default)]
        pub accounts: Vec<AccountId>,
        /// Why.
        pub reason: Label,
    }
    /// Another says yes.
    pub struct ApprovalGranted {
        /// What was approved.
        pub digest: Digest,
        /// Up to which amount the approver approves.
        pub limit: Money,
        /// The person the approver is, where he is one whom the community knows.
        pub approver: Option<PersonId>,
        /// The company facts that limit and person rest on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Another says no.
    pub struct ApprovalDeclined {
        /// Why.
        pub reason: Label,
    }
    /// The asker no longer asks.
    pub struct ApprovalWithdrawn {
    }
    /// What was approved is done; it cannot be done again under the same approval.
    pub struct ApprovalUsed {
        /// What was done.
        pub digest: Digest,
    }
}

events! {
    /// Facts of a `approval` stream.
    pub enum ApprovalEvent of "approval" {
        ApprovalRequested = "approval_requested", 1;
        ApprovalGranted = "approval_granted", 1;
        ApprovalDeclined = "approval_declined", 1;
        ApprovalWithdrawn = "approval_withdrawn", 1;
        ApprovalUsed = "approval_used", 1;
    }
}
