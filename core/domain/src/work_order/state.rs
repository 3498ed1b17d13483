//! The fold of a `work_order` stream: where it stands, who does it, what it may cost.

use super::event::{WorkOrderEvent, WorkOrderSubmitted};
use crate::calendar::Instant;
use crate::draft::Fact;
use crate::id::{AccountId, ChargeId, StaffId};
use crate::money::Money;
use crate::wire::words;

words! {
    /// Where a work order stands.
    pub enum WorkOrderStage {
        /// 待受理
        Submitted = "submitted",
        /// 已受理
        Accepted = "accepted",
        /// 已派单
        Assigned = "assigned",
        /// 处理中
        InProgress = "in_progress",
        /// 已挂起
        Suspended = "suspended",
        /// 已完成
        Completed = "completed",
        /// 已重开
        Reopened = "reopened",
        /// 已评价
        Rated = "rated",
        /// 已关闭
        Closed = "closed",
        /// 不予受理
        Rejected = "rejected",
        /// 已取消
        Cancelled = "cancelled",
    }
}

/// The fold of a `work_order` stream.
#[derive(Debug, Clone, Default)]
pub struct WorkOrderState {
    order: Option<(WorkOrderSubmitted, WorkOrderStage)>,
    assignee: Option<StaffId>,
    offered: Option<Money>,
    agreed: Option<Money>,
    completed_at: Option<Instant>,
    charge: Option<(AccountId, ChargeId)>,
}

impl WorkOrderState {
    /// What was reported, and where it stands; nothing in an empty stream.
    pub fn order(&self) -> Option<&(WorkOrderSubmitted, WorkOrderStage)> {
        self.order.as_ref()
    }

    /// Who is to do it.
    pub fn assignee(&self) -> Option<StaffId> {
        self.assignee
    }

    /// The newest quotation, agreed to or not.
    pub fn offered(&self) -> Option<Money> {
        self.offered
    }

    /// What the owner agreed to pay; a newer quotation takes the agreement back.
    pub fn agreed(&self) -> Option<Money> {
        self.agreed
    }

    /// When work was last done.
    pub fn completed_at(&self) -> Option<Instant> {
        self.completed_at
    }

    /// The newest charge for it.
    pub fn charge(&self) -> Option<(AccountId, ChargeId)> {
        self.charge
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &WorkOrderEvent, fact: &Fact<'_>) {
        match event {
            WorkOrderEvent::WorkOrderSubmitted(e) => self.order = Some((e.clone(), WorkOrderStage::Submitted)),
            WorkOrderEvent::WorkOrderAccepted(_) => self.stands(WorkOrderStage::Accepted),
            WorkOrderEvent::WorkOrderRejected(_) => self.stands(WorkOrderStage::Rejected),
            WorkOrderEvent::WorkOrderCancelled(_) => self.stands(WorkOrderStage::Cancelled),
            WorkOrderEvent::WorkOrderAssigned(e) => {
                self.assignee = Some(e.assignee);
                self.stands(WorkOrderStage::Assigned);
            }
            WorkOrderEvent::WorkOrderReassigned(e) => self.assignee = Some(e.assignee),
            WorkOrderEvent::WorkStarted(_) | WorkOrderEvent::WorkResumed(_) => self.stands(WorkOrderStage::InProgress),
            WorkOrderEvent::WorkSuspended(_) => self.stands(WorkOrderStage::Suspended),
            WorkOrderEvent::QuotationOffered(e) => (self.offered, self.agreed) = (Some(e.amount), None),
            WorkOrderEvent::QuotationAccepted(e) => self.agreed = Some(e.amount),
            WorkOrderEvent::WorkCompleted(_) => {
                self.completed_at = Some(fact.recorded_at);
                self.stands(WorkOrderStage::Completed);
            }
            WorkOrderEvent::WorkCharged(e) => self.charge = Some((e.account, e.charge)),
            WorkOrderEvent::WorkOrderReopened(_) => self.stands(WorkOrderStage::Reopened),
            WorkOrderEvent::WorkOrderRated(_) => self.stands(WorkOrderStage::Rated),
            WorkOrderEvent::WorkOrderClosed(_) => self.stands(WorkOrderStage::Closed),
        }
    }

    fn stands(&mut self, stage: WorkOrderStage) {
        if let Some((_, stands)) = &mut self.order {
            *stands = stage;
        }
    }
}
