//! On whose word a command is carried out: its role's limit, or an approval of exactly what it does.
//!
//! May never happen here: one approval used twice, or for anything but what was approved.

use super::event::{ApprovalUsed, Approved};
use super::refusal::ApprovalRefusal;
use super::state::ApprovalStage;
use crate::canonical::{data_bytes, string_array};
use crate::draft::{Decide, Draft};
use crate::id::ApprovalId;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::value::Digest;
use sha2::{Digest as _, Sha256};

/// The longest payload an approval carries, so that its event fits a body.
const MAX_PAYLOAD: usize = 12 * 1024;

/// What a command brings along to be allowed; never part of what is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Authority {
    /// An approval by another.
    pub approval: Option<ApprovalId>,
    /// Up to which amount the actor's role may do it alone.
    pub limit: Option<Money>,
}

/// A command that may need an approval; what it serialises to is what is approved.
pub trait Approvable: Decide + serde::Serialize + Sized {
    /// What it does, as canonical JSON text.
    ///
    /// # Errors
    /// [`ApprovalRefusal::PayloadMustFit`].
    fn payload(&self) -> Result<String, Refusal> {
        let bytes = data_bytes(self).map_err(|_| ApprovalRefusal::PayloadMustFit)?;
        let text = String::from_utf8(bytes).map_err(|_| ApprovalRefusal::PayloadMustFit)?;
        if text.len() > MAX_PAYLOAD { Err(ApprovalRefusal::PayloadMustFit.into()) } else { Ok(text) }
    }
}

/// SHA-256 over the canonical array `["mingzhang/approval/1", operation, payload]`.
pub fn digest(operation: &str, payload: &str) -> Digest {
    Digest(Sha256::digest(string_array(&["mingzhang/approval/1", operation, payload])).into())
}

/// Carries a command out on its authority, and uses the approval up.
///
/// # Errors
/// [`ApprovalRefusal`] when the amount is above the limit and no matching approval by another is named.
pub(crate) fn authorise<C: Approvable>(
    draft: &mut Draft<'_>,
    command: &C,
    amount: Money,
    authority: Authority,
) -> Result<Approved, Refusal> {
    let Some(approval) = authority.approval else {
        return match authority.limit {
            Some(limit) if amount <= limit => Ok(Approved {
                requested_by: draft.context.actor.id,
                approved_by: None,
                approval: None,
                approved_by_limit: Some(limit),
            }),
            _ => Err(ApprovalRefusal::ApprovalMustBeGiven.with("amount", amount)),
        };
    };
    let state = draft.approval(approval);
    let request = state.request().ok_or(ApprovalRefusal::ApprovalMustExist)?;
    if request.stage != ApprovalStage::Granted {
        return Err(ApprovalRefusal::ApprovalMustBeGranted.with("stage", request.stage));
    }
    let digest = digest(command.operation(), &command.payload()?);
    if request.asked.digest != digest {
        return Err(ApprovalRefusal::ApprovalMustMatch.into());
    }
    let approved = Approved {
        requested_by: request.requested_by,
        approved_by: request.approved_by,
        approval: Some(approval),
        approved_by_limit: None,
    };
    drop(state);
    draft.push(approval, ApprovalUsed { digest });
    Ok(approved)
}
