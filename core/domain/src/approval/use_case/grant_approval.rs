//! Another says yes to exactly what he saw.

use crate::approval::{ApprovalGranted, ApprovalRefusal, ApprovalStage};
use crate::draft::{Decide, Draft};
use crate::id::ApprovalId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Digest;

/// Grants an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantApproval {
    /// The approval.
    pub approval: ApprovalId,
    /// Digest of what the approver saw.
    pub digest: Digest,
}

impl Decide for GrantApproval {
    fn operation(&self) -> &'static str {
        "grant_approval"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.approval.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.approval(self.approval);
        let request = state.request().ok_or(ApprovalRefusal::ApprovalMustExist)?;
        if request.stage != ApprovalStage::Pending {
            return Err(ApprovalRefusal::ApprovalMustBePending.with("stage", request.stage));
        }
        if request.requested_by == draft.context.actor.id {
            return Err(ApprovalRefusal::ApprovalMustBeByAnother.into());
        }
        if request.asked.digest != self.digest {
            return Err(ApprovalRefusal::ApprovalMustMatch.at("/digest"));
        }
        draft.push(self.approval, ApprovalGranted { digest: self.digest });
        Ok(())
    }
}
