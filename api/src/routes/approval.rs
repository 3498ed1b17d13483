//! Approvals: requested by one, granted by another, bound to the digest of what they approve.

use crate::command::commands;
use mingzhang_domain::approval;
use mingzhang_domain::value::{Digest, Label};

commands! {
    /// Grants an approval of exactly what was seen; nobody grants what they asked for.
    pub GrantApproval(GrantApprovalBody) = "grant_approval" |call, body| {
        /// Digest of what was seen.
        digest: Digest,
    } => approval::GrantApproval { approval: call.id("approval")?, digest: body.digest };

    /// Declines an approval.
    pub DeclineApproval(DeclineApprovalBody) = "decline_approval" |call, body| {
        /// Why.
        reason: Label,
    } => approval::DeclineApproval { approval: call.id("approval")?, reason: body.reason };

    /// Withdraws what was asked and is not done yet.
    pub WithdrawApproval(WithdrawApprovalBody) = "withdraw_approval" |call, body| {
    } => approval::WithdrawApproval { approval: call.id("approval")? };
}
