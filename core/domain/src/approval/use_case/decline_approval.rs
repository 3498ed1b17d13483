//! Another says no.

use crate::approval::{ApprovalDeclined, ApprovalRefusal, ApprovalStage};
use crate::draft::{Decide, Draft};
use crate::id::ApprovalId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Declines an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclineApproval {
    /// The approval.
    pub approval: ApprovalId,
    /// Why.
    pub reason: Label,
}

impl Decide for DeclineApproval {
    fn operation(&self) -> &'static str {
        "decline_approval"
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
        draft.push(self.approval, ApprovalDeclined { reason: self.reason.clone() });
        Ok(())
    }
}
