//! Asks that another approves what is to be done.

use crate::approval::{Approvable, ApprovalRequested, digest};
use crate::draft::{Decide, Draft};
use crate::id::ApprovalId;
use crate::refusal::Refusal;
use crate::value::Label;

/// Asks for the approval of a command; made from the command itself, so that its shape was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestApproval {
    operation: Label,
    payload: String,
    reason: Label,
}

impl RequestApproval {
    /// Asks for the approval of a command.
    ///
    /// # Errors
    /// `payload_must_fit` when the command is too long to be sealed in one event.
    pub fn of<C: Approvable>(command: &C, reason: Label) -> Result<Self, Refusal> {
        let operation = command.operation().parse().map_err(|_| crate::approval::ApprovalRefusal::PayloadMustFit)?;
        Ok(Self { operation, payload: command.payload()?, reason })
    }
}

impl Decide for RequestApproval {
    fn operation(&self) -> &'static str {
        "request_approval"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let approval: ApprovalId = draft.mint("approval");
        let requested = ApprovalRequested {
            operation: self.operation.clone(),
            digest: digest(self.operation.as_str(), &self.payload),
            payload: self.payload.clone(),
            reason: self.reason.clone(),
        };
        draft.push(approval, requested);
        Ok(())
    }
}
