//! The asker no longer asks.

use crate::approval::{ApprovalRefusal, ApprovalStage, ApprovalWithdrawn};
use crate::draft::{Decide, Draft};
use crate::id::ApprovalId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Withdraws what was asked, also when it was granted and is not done yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawApproval {
    /// The approval.
    pub approval: ApprovalId,
}

impl Decide for WithdrawApproval {
    fn operation(&self) -> &'static str {
        "withdraw_approval"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.approval.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.approval(self.approval);
        let request = state.request().ok_or(ApprovalRefusal::ApprovalMustExist)?;
        match request.stage {
            ApprovalStage::Pending | ApprovalStage::Granted => {}
            stage @ (ApprovalStage::Declined | ApprovalStage::Withdrawn | ApprovalStage::Used) => {
                return Err(ApprovalRefusal::ApprovalMustBePending.with("stage", stage));
            }
        }
        if request.requested_by != draft.context.actor.id {
            return Err(ApprovalRefusal::ApprovalMustBeByAsker.into());
        }
        draft.push(self.approval, ApprovalWithdrawn {});
        Ok(())
    }
}
