//! Who is to do the work, and who else instead.

use crate::draft::{Decide, Draft};
use crate::id::{StaffId, WorkOrderId};
use crate::ledger::joined;
use crate::refusal::Refusal;
use crate::staff::{Role, Roles};
use crate::stream::StreamRef;
use crate::value::Label;
use crate::work_order::{Step, WorkOrderAssigned, WorkOrderReassigned, WorkOrderRefusal};

/// A member of staff as the company's ledger says; an argument, because no command reads another ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignee {
    /// Who.
    pub staff: StaffId,
    /// His roles in this community.
    pub roles: Roles,
}

impl Assignee {
    fn must_fit_work(&self) -> Result<(), Refusal> {
        let fits = self.roles.any_of(&[Role::Maintenance, Role::CustomerService]);
        if fits { Ok(()) } else { Err(WorkOrderRefusal::AssigneeMustFitWork.at("/assignee")) }
    }
}

/// Says who is to do it 派单.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Who is to do it.
    pub assignee: Assignee,
}

impl Decide for AssignWorkOrder {
    fn operation(&self) -> &'static str {
        "assign_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Assign.permit(draft, self.work_order, &self.roles)?;
        self.assignee.must_fit_work()?;
        let assigned =
            WorkOrderAssigned { assignee: self.assignee.staff, seen: joined(&order.seen, &self.assignee.roles.seen) };
        draft.push(self.work_order, assigned);
        Ok(())
    }
}

/// Says who else is to do it 改派; work that has begun goes on in other hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReassignWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Who is to do it now.
    pub assignee: Assignee,
    /// Why.
    pub reason: Label,
}

impl Decide for ReassignWorkOrder {
    fn operation(&self) -> &'static str {
        "reassign_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Reassign.permit(draft, self.work_order, &self.roles)?;
        self.assignee.must_fit_work()?;
        if order.state.assignee() == Some(self.assignee.staff) {
            return Err(WorkOrderRefusal::AssigneeMustChange.at("/assignee"));
        }
        let reassigned = WorkOrderReassigned {
            assignee: self.assignee.staff,
            reason: self.reason.clone(),
            seen: joined(&order.seen, &self.assignee.roles.seen),
        };
        draft.push(self.work_order, reassigned);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work_order::fixture::{COLLEAGUE, WORKER, assign, at, desk, reassign, start, worker};
    use crate::work_order::{WorkOrderKind, WorkOrderStage};

    #[test]
    fn only_the_newest_assignee_does_the_work() {
        let (mut story, order) = at(WorkOrderStage::Assigned, WorkOrderKind::Repair);
        story.accepted(&reassign(order, COLLEAGUE));
        let mut story = story.by(worker(WORKER));
        assert_eq!(story.refused(&start(order)), "work_order_actor_must_be_allowed");
        assert_eq!(story.by(worker(COLLEAGUE)).accepted(&start(order)).len(), 1);
    }

    #[test]
    fn work_in_hand_goes_on_in_other_hands() {
        let (story, order) = at(WorkOrderStage::InProgress, WorkOrderKind::Repair);
        let mut story = story.by(desk());
        assert_eq!(story.refused(&reassign(order, WORKER)), "assignee_must_change");
        story.accepted(&reassign(order, COLLEAGUE));
        let stage = story.draft().work_order(order).order().map(|(_, stage)| *stage);
        assert_eq!(stage, Some(WorkOrderStage::InProgress));
    }

    #[test]
    fn a_cashier_repairs_nothing() {
        let (mut story, order) = at(WorkOrderStage::Accepted, WorkOrderKind::Repair);
        let cashier = Assignee { staff: WORKER, roles: Roles { held: vec![Role::Cashier], ..Roles::default() } };
        let to_cashier = AssignWorkOrder { assignee: cashier, ..assign(order) };
        assert_eq!(story.refused(&to_cashier), "assignee_must_fit_work");
    }
}
