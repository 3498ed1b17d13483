//! Asks that another approves what is to be done.

use crate::approval::authority::must_fit;
use crate::approval::{Approvable, ApprovalRequested, Staked, digest};
use crate::draft::{Decide, Draft};
use crate::id::ApprovalId;
use crate::refusal::Refusal;
use crate::value::Label;
use std::fmt;
use std::sync::Arc;

/// Asks for the approval of a command; made from the command itself, so that its shape was checked.
#[derive(Clone)]
pub struct RequestApproval {
    operation: Label,
    payload: String,
    reason: Label,
    wish: Arc<dyn Staked + Send + Sync>,
}

impl RequestApproval {
    /// Asks for the approval of a command.
    ///
    /// # Errors
    /// `payload_must_fit` when the command cannot be sealed in an event.
    pub fn of<C: Approvable>(command: &C, reason: Label) -> Result<Self, Refusal> {
        let operation = command.operation().parse().map_err(|_| crate::approval::ApprovalRefusal::PayloadMustFit)?;
        Ok(Self { operation, payload: command.payload()?, reason, wish: Arc::new(command.clone()) })
    }
}

impl fmt::Debug for RequestApproval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestApproval").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl Decide for RequestApproval {
    fn operation(&self) -> &'static str {
        "request_approval"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let stake = self.wish.stake(draft)?;
        must_fit(&self.payload, &stake.accounts)?;
        let approval: ApprovalId = draft.mint("approval");
        let requested = ApprovalRequested {
            operation: self.operation.clone(),
            digest: digest(self.operation.as_str(), &self.payload),
            payload: self.payload.clone(),
            amount: stake.amount,
            accounts: stake.accounts,
            reason: self.reason.clone(),
        };
        draft.push(approval, requested);
        Ok(())
    }
}
