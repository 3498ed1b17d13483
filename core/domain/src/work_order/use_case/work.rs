//! The work itself: begin, wait, go on, be done.

use crate::draft::{Decide, Draft};
use crate::id::WorkOrderId;
use crate::refusal::Refusal;
use crate::staff::Roles;
use crate::stream::StreamRef;
use crate::value::{Count, Exact, Label};
use crate::work_order::{
    Material, Step, WorkCompleted, WorkOrderKind, WorkOrderRefusal, WorkResumed, WorkStarted, WorkSuspended,
};

const MAX_MATERIALS: usize = 50;
const MAX_LABOUR_MINUTES: u32 = 100_000;

/// Begins the work; paid work only once the owner has agreed to its quotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartWork {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
}

impl Decide for StartWork {
    fn operation(&self) -> &'static str {
        "start_work"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Start.permit(draft, self.work_order, &self.roles)?;
        if order.submitted.kind == WorkOrderKind::PaidRepair && order.state.agreed().is_none() {
            return Err(WorkOrderRefusal::QuotationMustBeAccepted.into());
        }
        draft.push(self.work_order, WorkStarted { seen: order.seen });
        Ok(())
    }
}

/// Lets the work wait 挂起.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspendWork {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Why.
    pub reason: Label,
}

impl Decide for SuspendWork {
    fn operation(&self) -> &'static str {
        "suspend_work"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Suspend.permit(draft, self.work_order, &self.roles)?;
        draft.push(self.work_order, WorkSuspended { reason: self.reason.clone(), seen: order.seen });
        Ok(())
    }
}

/// Goes on with suspended work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumeWork {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
}

impl Decide for ResumeWork {
    fn operation(&self) -> &'static str {
        "resume_work"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Resume.permit(draft, self.work_order, &self.roles)?;
        draft.push(self.work_order, WorkResumed { seen: order.seen });
        Ok(())
    }
}

/// Says that the work is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteWork {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Labour, minutes.
    pub labour_minutes: Option<Count>,
    /// What was used.
    pub materials: Vec<Material>,
}

impl Decide for CompleteWork {
    fn operation(&self) -> &'static str {
        "complete_work"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Complete.permit(draft, self.work_order, &self.roles)?;
        if self.labour_minutes.is_some_and(|minutes| minutes.0 > MAX_LABOUR_MINUTES) {
            return Err(WorkOrderRefusal::LabourMustBeInRange.at("/labour_minutes"));
        }
        if self.materials.len() > MAX_MATERIALS {
            return Err(WorkOrderRefusal::TooManyMaterials.at("/materials"));
        }
        if self.materials.iter().any(|used| used.quantity <= Exact::default()) {
            return Err(WorkOrderRefusal::QuantityMustBePositive.at("/materials"));
        }
        let completed =
            WorkCompleted { labour_minutes: self.labour_minutes, materials: self.materials.clone(), seen: order.seen };
        draft.push(self.work_order, completed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work_order::WorkOrderStage;
    use crate::work_order::fixture::{at, complete, used};

    #[test]
    fn what_was_used_is_bounded() {
        let (mut story, order) = at(WorkOrderStage::InProgress, WorkOrderKind::Repair);
        let long = CompleteWork { labour_minutes: Some(Count(100_001)), ..complete(order) };
        assert_eq!(story.refused(&long), "labour_must_be_in_range");
        let much = CompleteWork { materials: vec![used("1"); 51], ..complete(order) };
        assert_eq!(story.refused(&much), "too_many_materials");
        let none = CompleteWork { materials: vec![used("0")], ..complete(order) };
        assert_eq!(story.refused(&none), "quantity_must_be_positive");
        assert_eq!(story.accepted(&complete(order)).len(), 1);
    }
}
