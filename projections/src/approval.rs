//! Approvals: what was asked for, by whom, and what became of it; the inbox of who may grant.

use crate::column::{Amount, Text, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::approval::{ApprovalEvent, ApprovalRequested};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ApprovalId, LedgerId};
use mingzhang_domain::value::{Digest, Label};
use uuid::Uuid;

states! {
    /// How an approval stands.
    pub enum ApprovalStatus {
        /// Somebody is to decide.
        Requested = "requested",
        /// Another said yes; it can be carried out.
        Granted = "granted",
        /// Another said no.
        Declined = "declined",
        /// The asker no longer asks.
        Withdrawn = "withdrawn",
        /// It was carried out.
        Used = "used",
    }
}

table! {
    /// One approval.
    pub struct Approval of "approval" {
        key {
            /// The approval.
            approval_id: Uuid,
        }
        /// Where it was requested.
        position: i64,
        /// What is to be done.
        operation: Text<Label>,
        /// Digest of the payload.
        digest: Text<Digest>,
        /// What is to be done, JSON.
        payload: String,
        /// Why.
        reason: Text<Label>,
        /// Who asks.
        requested_by: Uuid,
        /// Since when.
        requested_at: DateTime<Utc>,
        /// Who said yes or no.
        decided_by: Option<Uuid>,
        /// When.
        decided_at: Option<DateTime<Utc>>,
        /// How it stands.
        status: Text<ApprovalStatus>,
        /// What is at stake, which the approver's limit must reach; absent when it has no amount.
        amount: Option<Amount>,
    }
}

/// Folds a fact of an approval.
pub(crate) fn fold(fact: &ApprovalEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        ApprovalEvent::ApprovalRequested(requested) => models.approval.insert(new(requested, event)),
        ApprovalEvent::ApprovalGranted(_) => decide(ApprovalStatus::Granted, event, models)?,
        ApprovalEvent::ApprovalDeclined(_) => decide(ApprovalStatus::Declined, event, models)?,
        ApprovalEvent::ApprovalWithdrawn(_) => approval(event, models)?.status = Text(ApprovalStatus::Withdrawn),
        ApprovalEvent::ApprovalUsed(_) => approval(event, models)?.status = Text(ApprovalStatus::Used),
    }
    Ok(())
}

fn decide(status: ApprovalStatus, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let approval = approval(event, models)?;
    approval.status = Text(status);
    approval.decided_by = Some(event.actor.id);
    approval.decided_at = Some(event.recorded_at);
    Ok(())
}

fn new(requested: &ApprovalRequested, event: &Recorded) -> Approval {
    Approval {
        approval_id: event.stream.id,
        position: position(event.position),
        operation: Text(requested.operation.clone()),
        digest: Text(requested.digest),
        payload: requested.payload.clone(),
        reason: Text(requested.reason.clone()),
        requested_by: event.actor.id,
        requested_at: event.recorded_at,
        decided_by: None,
        decided_at: None,
        status: Text(ApprovalStatus::Requested),
        amount: requested.amount.map(Amount::from),
    }
}

fn approval<'m>(event: &Recorded, models: &'m mut Models) -> Result<&'m mut Approval, FoldError> {
    models.approval.get_mut(&(event.stream.id,)).ok_or(FoldError("a fact about an approval that was never requested"))
}

impl Reader {
    /// One approval.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn approval(&self, ledger: LedgerId, approval: ApprovalId) -> Result<Read<Option<Approval>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Approval, "sql/approval.sql", s.ledger, s.generation, approval.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Approvals, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn approvals(
        &self,
        ledger: LedgerId,
        status: Option<ApprovalStatus>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Approval>>, ReadError> {
        newest_first!(self, ledger, ask, Approval, "sql/approvals.sql", status.map(ApprovalStatus::as_str))
    }
}
