//! An approval: requested by one, granted by another, bound to the digest of what it approves.

use crate::event::{events, facts};
use crate::value::{Digest, Label};

facts! {
    /// Somebody asks.
    pub struct ApprovalRequested {
        /// The operation, such as `request_refund`.
        pub operation: Label,
        /// Digest of the payload.
        pub digest: Digest,
        /// What is to be done, as canonical JSON text.
        pub payload: String,
        /// Why.
        pub reason: Label,
    }
    /// Another says yes.
    pub struct ApprovalGranted {
        /// What was approved.
        pub digest: Digest,
    }
    /// Another says no.
    pub struct ApprovalDeclined {
        /// Why.
        pub reason: Label,
    }
    /// The asker no longer asks.
    pub struct ApprovalWithdrawn {
    }
}

events! {
    /// Facts of a `approval` stream.
    pub enum ApprovalEvent of "approval" {
        ApprovalRequested = "approval_requested", 1;
        ApprovalGranted = "approval_granted", 1;
        ApprovalDeclined = "approval_declined", 1;
        ApprovalWithdrawn = "approval_withdrawn", 1;
    }
}
