//! The desk takes a work order on or not; the owner takes it back before work starts.

use crate::calendar::Instant;
use crate::draft::{Decide, Draft};
use crate::envelope::instant_text;
use crate::id::WorkOrderId;
use crate::refusal::{CommonRefusal, Refusal};
use crate::staff::Roles;
use crate::stream::StreamRef;
use crate::value::{Count, Label};
use crate::work_order::{Priority, Step, WorkOrderAccepted, WorkOrderCancelled, WorkOrderRefusal, WorkOrderRejected};
use chrono::TimeDelta;

/// Hours from acceptance to deadline, by priority: data of the community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// 紧急
    pub urgent: Count,
    /// 高
    pub high: Count,
    /// 一般
    pub normal: Count,
    /// 低
    pub low: Count,
}

impl Deadlines {
    /// The deadline of a work order that is accepted now.
    fn due_at(self, priority: Priority, now: Instant) -> Result<Instant, Refusal> {
        let hours = match priority {
            Priority::Urgent => self.urgent,
            Priority::High => self.high,
            Priority::Normal => self.normal,
            Priority::Low => self.low,
        };
        if !(1..=8760).contains(&hours.0) {
            return Err(WorkOrderRefusal::DeadlineMustBeInRange.with("priority", priority));
        }
        let later = now.checked_add_signed(TimeDelta::hours(hours.0.into()));
        later.ok_or_else(|| CommonRefusal::DateMustBeInRange.into())
    }
}

/// Takes a work order on 受理.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Deadlines; absent in a community without.
    pub deadlines: Option<Deadlines>,
}

impl Decide for AcceptWorkOrder {
    fn operation(&self) -> &'static str {
        "accept_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Accept.permit(draft, self.work_order, &self.roles)?;
        let now = draft.context.now;
        let due_at = self.deadlines.map(|all| all.due_at(order.submitted.priority, now)).transpose()?;
        draft.push(self.work_order, WorkOrderAccepted { due_at: due_at.map(instant_text), seen: order.seen });
        Ok(())
    }
}

/// Does not take a work order on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Why.
    pub reason: Label,
}

impl Decide for RejectWorkOrder {
    fn operation(&self) -> &'static str {
        "reject_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Reject.permit(draft, self.work_order, &self.roles)?;
        draft.push(self.work_order, WorkOrderRejected { reason: self.reason.clone(), seen: order.seen });
        Ok(())
    }
}

/// Takes a work order back before work starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Why.
    pub reason: Option<Label>,
}

impl Decide for CancelWorkOrder {
    fn operation(&self) -> &'static str {
        "cancel_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Cancel.permit(draft, self.work_order, &self.roles)?;
        draft.push(self.work_order, WorkOrderCancelled { reason: self.reason.clone(), seen: order.seen });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Event;
    use crate::work_order::fixture::{accept, at};
    use crate::work_order::{WorkOrderEvent, WorkOrderKind, WorkOrderStage};

    #[test]
    fn the_deadline_follows_the_priority() {
        let (mut story, order) = at(WorkOrderStage::Submitted, WorkOrderKind::Repair);
        let deadlines = Deadlines { urgent: Count(2), high: Count(8), normal: Count(48), low: Count(0) };
        let accepted = AcceptWorkOrder { deadlines: Some(deadlines), ..accept(order) };
        let due_at = Some("2026-01-03T04:00:00.000000Z".to_owned());
        let events = story.accepted(&accepted);
        assert_eq!(
            events,
            [Event::WorkOrder(WorkOrderEvent::WorkOrderAccepted(WorkOrderAccepted { due_at, seen: Vec::new() }))]
        );
    }

    #[test]
    fn a_deadline_is_at_least_an_hour() {
        let (mut story, order) = at(WorkOrderStage::Submitted, WorkOrderKind::Repair);
        let deadlines = Deadlines { urgent: Count(2), high: Count(8), normal: Count(0), low: Count(99) };
        let accepted = AcceptWorkOrder { deadlines: Some(deadlines), ..accept(order) };
        assert_eq!(story.refused(&accepted), "deadline_must_be_in_range");
    }
}
