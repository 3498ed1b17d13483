//! Work orders 工单: the board.

use crate::column::{Amount, Text, count, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, StaffId, WorkOrderId};
use mingzhang_domain::value::Label;
use mingzhang_domain::work_order::{Priority, WorkOrderEvent, WorkOrderKind, WorkOrderSubmitted};
use uuid::Uuid;

states! {
    /// How a work order stands.
    pub enum WorkOrderStatus {
        /// 待受理
        Submitted = "submitted",
        /// 已受理
        Accepted = "accepted",
        /// The desk does not take it on.
        Rejected = "rejected",
        /// The owner no longer wants it.
        Cancelled = "cancelled",
        /// 已派单
        Assigned = "assigned",
        /// 处理中
        InProgress = "in_progress",
        /// Work waits.
        Suspended = "suspended",
        /// 已完成
        Completed = "completed",
        /// Not done after all.
        Reopened = "reopened",
        /// 已评价
        Rated = "rated",
        /// Finished for good.
        Closed = "closed",
    }
}

table! {
    /// One work order.
    pub struct WorkOrder of "work_order" {
        key {
            /// The work order.
            work_order_id: Uuid,
        }
        /// Where it was submitted.
        position: i64,
        /// What it is about.
        kind: Text<WorkOrderKind>,
        /// Category.
        category: Text<Label>,
        /// How soon.
        priority: Text<Priority>,
        /// The unit; absent for common ground.
        unit_id: Option<Uuid>,
        /// Where, on common ground.
        place: Option<Text<Label>>,
        /// Who reports.
        reporter_person_id: Option<Uuid>,
        /// What was said, in the vault.
        description_item_id: Option<Uuid>,
        /// Who is to do it.
        assignee_staff_id: Option<Uuid>,
        /// Deadline, as the fact has it.
        due_at: Option<String>,
        /// Offered and not yet accepted, or accepted.
        quoted: Option<Amount>,
        /// The owner agreed to pay it.
        quotation_accepted: bool,
        /// The charge for it.
        charge_id: Option<Uuid>,
        /// 1–5
        stars: Option<i32>,
        /// When it was submitted.
        submitted_at: DateTime<Utc>,
        /// When it changed last.
        changed_at: DateTime<Utc>,
        /// How it stands.
        status: Text<WorkOrderStatus>,
    }
}

/// Folds a fact of a work order.
pub(crate) fn fold(fact: &WorkOrderEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    if let WorkOrderEvent::WorkOrderSubmitted(submitted) = fact {
        models.work_order.insert(new(submitted, event));
        return Ok(());
    }
    let row = models.work_order.get_mut(&(event.stream.id,));
    let row = row.ok_or(FoldError("a fact about a work order that was never submitted"))?;
    row.changed_at = event.recorded_at;
    if let Some(status) = change(fact, row) {
        row.status = Text(status);
    }
    Ok(())
}

/// Changes what the fact is about; answers the state it leads to, if it is a transition.
fn change(fact: &WorkOrderEvent, row: &mut WorkOrder) -> Option<WorkOrderStatus> {
    Some(match fact {
        WorkOrderEvent::WorkOrderSubmitted(_) => return None,
        WorkOrderEvent::WorkOrderAccepted(accepted) => {
            row.due_at.clone_from(&accepted.due_at);
            WorkOrderStatus::Accepted
        }
        WorkOrderEvent::WorkOrderRejected(_) => WorkOrderStatus::Rejected,
        WorkOrderEvent::WorkOrderCancelled(_) => WorkOrderStatus::Cancelled,
        WorkOrderEvent::WorkOrderAssigned(assigned) => {
            row.assignee_staff_id = Some(assigned.assignee.uuid());
            WorkOrderStatus::Assigned
        }
        WorkOrderEvent::WorkOrderReassigned(reassigned) => {
            row.assignee_staff_id = Some(reassigned.assignee.uuid());
            return None;
        }
        WorkOrderEvent::WorkStarted(_) | WorkOrderEvent::WorkResumed(_) => WorkOrderStatus::InProgress,
        WorkOrderEvent::WorkSuspended(_) => WorkOrderStatus::Suspended,
        WorkOrderEvent::QuotationOffered(offered) => {
            row.quoted = Some(offered.amount.into());
            row.quotation_accepted = false;
            return None;
        }
        WorkOrderEvent::QuotationAccepted(accepted) => {
            row.quoted = Some(accepted.amount.into());
            row.quotation_accepted = true;
            return None;
        }
        WorkOrderEvent::WorkCompleted(_) => WorkOrderStatus::Completed,
        WorkOrderEvent::WorkCharged(charged) => {
            row.charge_id = Some(charged.charge.uuid());
            return None;
        }
        WorkOrderEvent::WorkOrderReopened(_) => WorkOrderStatus::Reopened,
        WorkOrderEvent::WorkOrderRated(rated) => {
            row.stars = Some(count(rated.stars));
            WorkOrderStatus::Rated
        }
        WorkOrderEvent::WorkOrderClosed(_) => WorkOrderStatus::Closed,
    })
}

fn new(submitted: &WorkOrderSubmitted, event: &Recorded) -> WorkOrder {
    WorkOrder {
        work_order_id: event.stream.id,
        position: position(event.position),
        kind: Text(submitted.kind),
        category: Text(submitted.category.clone()),
        priority: Text(submitted.priority),
        unit_id: submitted.unit.map(|unit| unit.uuid()),
        place: submitted.place.clone().map(Text),
        reporter_person_id: submitted.reporter.map(|person| person.uuid()),
        description_item_id: submitted.description.map(|item| item.uuid()),
        assignee_staff_id: None,
        due_at: None,
        quoted: None,
        quotation_accepted: false,
        charge_id: None,
        stars: None,
        submitted_at: event.recorded_at,
        changed_at: event.recorded_at,
        status: Text(WorkOrderStatus::Submitted),
    }
}

impl Reader {
    /// One work order.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn work_order(
        &self,
        ledger: LedgerId,
        work_order: WorkOrderId,
    ) -> Result<Read<Option<WorkOrder>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row =
                    sqlx::query_file_as!(WorkOrder, "sql/work_order.sql", s.ledger, s.generation, work_order.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// The board: work orders, the newest first, of one status or assignee or all; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn work_orders(
        &self,
        ledger: LedgerId,
        status: Option<WorkOrderStatus>,
        assignee: Option<StaffId>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<WorkOrder>>, ReadError> {
        newest_first!(
            self,
            ledger,
            ask,
            WorkOrder,
            "sql/work_orders.sql",
            status.map(WorkOrderStatus::as_str),
            assignee.map(|id| id.uuid())
        )
    }
}
