//! Commands of approvals, one file each.

mod decline_approval;
mod grant_approval;
mod request_approval;
mod withdraw_approval;

pub use decline_approval::DeclineApproval;
pub use grant_approval::GrantApproval;
pub use request_approval::RequestApproval;
pub use withdraw_approval::WithdrawApproval;

use super::refusal::ApprovalRefusal;
use super::state::{ApprovalStage, ApprovalState};
use crate::draft::Draft;
use crate::id::ApprovalId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// An approval that waits for an answer, which the actor may give: another than the asker.
fn answerable(draft: &Draft<'_>, approval: ApprovalId) -> Result<Arc<ApprovalState>, Refusal> {
    let state = draft.approval(approval);
    let request = state.request().ok_or(ApprovalRefusal::ApprovalMustExist)?;
    if request.stage != ApprovalStage::Pending {
        return Err(ApprovalRefusal::ApprovalMustBePending.with("stage", request.stage));
    }
    if request.requested_by == draft.context.actor.id {
        return Err(ApprovalRefusal::ApprovalMustBeByAnother.into());
    }
    Ok(state)
}
