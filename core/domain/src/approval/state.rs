//! The fold of an `approval` stream: what was asked, by whom, and how it was answered.

use super::event::{ApprovalEvent, ApprovalRequested};
use crate::draft::Fact;
use crate::id::PersonId;
use crate::wire::words;
use uuid::Uuid;

words! {
    /// Where an approval stands.
    pub enum ApprovalStage {
        /// Nobody has answered.
        Pending = "pending",
        /// Another said yes.
        Granted = "granted",
        /// Another said no.
        Declined = "declined",
        /// The asker no longer asks.
        Withdrawn = "withdrawn",
        /// What was approved is done.
        Used = "used",
    }
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Operation, digest, payload and reason.
    pub asked: ApprovalRequested,
    /// Who asked.
    pub requested_by: Uuid,
    /// Who said yes.
    pub approved_by: Option<Uuid>,
    /// The person who said yes, where it is one whom the community knows.
    pub approver: Option<PersonId>,
    /// Where it stands.
    pub stage: ApprovalStage,
}

/// The fold of an `approval` stream.
#[derive(Debug, Clone, Default)]
pub struct ApprovalState {
    request: Option<Request>,
}

impl ApprovalState {
    /// What was asked; nothing in an empty stream.
    pub fn request(&self) -> Option<&Request> {
        self.request.as_ref()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ApprovalEvent, fact: &Fact<'_>) {
        let stage = match event {
            ApprovalEvent::ApprovalRequested(e) => {
                self.request = Some(Request {
                    asked: e.clone(),
                    requested_by: fact.actor.id,
                    approved_by: None,
                    approver: None,
                    stage: ApprovalStage::Pending,
                });
                return;
            }
            ApprovalEvent::ApprovalGranted(e) => {
                if let Some(request) = &mut self.request {
                    (request.approved_by, request.approver) = (Some(fact.actor.id), e.approver);
                }
                ApprovalStage::Granted
            }
            ApprovalEvent::ApprovalDeclined(_) => ApprovalStage::Declined,
            ApprovalEvent::ApprovalWithdrawn(_) => ApprovalStage::Withdrawn,
            ApprovalEvent::ApprovalUsed(_) => ApprovalStage::Used,
        };
        if let Some(request) = &mut self.request {
            request.stage = stage;
        }
    }
}
