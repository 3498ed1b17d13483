//! Another says no.

use super::answerable;
use crate::approval::ApprovalDeclined;
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
        answerable(draft, self.approval)?;
        draft.push(self.approval, ApprovalDeclined { reason: self.reason.clone() });
        Ok(())
    }
}
