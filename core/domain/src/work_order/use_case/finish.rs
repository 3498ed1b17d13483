//! After the work: the owner rates it or has it reopened, and it is closed for good.

use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::WorkOrderId;
use crate::refusal::Refusal;
use crate::staff::Roles;
use crate::stream::StreamRef;
use crate::value::{Count, Label};
use crate::work_order::{
    Step, WorkOrderClosed, WorkOrderKind, WorkOrderRated, WorkOrderRefusal, WorkOrderReopened, WorkOrderStage,
    WorkOrderState,
};

/// True while a completed work order may be reopened: up to that many days after the day of completion.
fn may_reopen(draft: &Draft<'_>, state: &WorkOrderState, days: Count) -> Result<bool, Refusal> {
    if days.0 > 365 {
        return Err(WorkOrderRefusal::DaysMustBeInRange.at("/reopen_days"));
    }
    let Some(completed_at) = state.completed_at() else { return Ok(false) };
    Ok(draft.context.today <= CivilDate::of_instant(completed_at)?.plus_days(days.0))
}

/// Says how the work was 评价.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// 1–5
    pub stars: Count,
}

impl Decide for RateWorkOrder {
    fn operation(&self) -> &'static str {
        "rate_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Rate.permit(draft, self.work_order, &self.roles)?;
        if !(1..=5).contains(&self.stars.0) {
            return Err(WorkOrderRefusal::StarsMustBeInRange.at("/stars"));
        }
        draft.push(self.work_order, WorkOrderRated { stars: self.stars, seen: order.seen });
        Ok(())
    }
}

/// Says that it was not done after all; within days, then it is assigned again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReopenWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Why.
    pub reason: Label,
    /// Days after completion in which it may be reopened: data of the community.
    pub reopen_days: Count,
}

impl Decide for ReopenWorkOrder {
    fn operation(&self) -> &'static str {
        "reopen_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Reopen.permit(draft, self.work_order, &self.roles)?;
        if !may_reopen(draft, &order.state, self.reopen_days)? {
            return Err(WorkOrderRefusal::ReopeningMustBeInTime.with("reopen_days", self.reopen_days));
        }
        draft.push(self.work_order, WorkOrderReopened { reason: self.reason.clone(), seen: order.seen });
        Ok(())
    }
}

/// Ends a work order: once rated, or once the days for reopening are over; paid work only once charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Days after completion in which it may be reopened: data of the community.
    pub reopen_days: Count,
}

impl Decide for CloseWorkOrder {
    fn operation(&self) -> &'static str {
        "close_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Close.permit(draft, self.work_order, &self.roles)?;
        if order.submitted.kind == WorkOrderKind::PaidRepair && order.state.charge().is_none() {
            return Err(WorkOrderRefusal::WorkMustBeCharged.into());
        }
        let waits = may_reopen(draft, &order.state, self.reopen_days)?;
        if order.stage == WorkOrderStage::Completed && waits {
            return Err(WorkOrderRefusal::ClosingMustWait.with("reopen_days", self.reopen_days));
        }
        draft.push(self.work_order, WorkOrderClosed { seen: order.seen });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work_order::fixture::{at, close, desk, rate, reopen};

    #[test]
    fn work_is_reopened_within_days_and_closed_after_them() {
        let (story, order) = at(WorkOrderStage::Completed, WorkOrderKind::Repair);
        let mut story = story.by(desk()).on("2026-01-08");
        assert_eq!(story.refused(&close(order)), "closing_must_wait");
        let mut late = story.on("2026-01-09");
        assert_eq!(late.refused(&reopen(order)), "reopening_must_be_in_time");
        assert_eq!(late.accepted(&close(order)).len(), 1);

        let (story, order) = at(WorkOrderStage::Completed, WorkOrderKind::Repair);
        let mut story = story.by(desk()).on("2026-01-08");
        assert_eq!(story.accepted(&reopen(order)).len(), 1);
    }

    #[test]
    fn rated_work_is_closed_at_once() {
        let (story, order) = at(WorkOrderStage::Completed, WorkOrderKind::Repair);
        let mut story = story.by(desk());
        assert_eq!(story.refused(&RateWorkOrder { stars: Count(6), ..rate(order) }), "stars_must_be_in_range");
        story.accepted(&rate(order));
        assert_eq!(story.accepted(&close(order)).len(), 1);
    }

    #[test]
    fn paid_work_is_not_closed_uncharged() {
        let (story, order) = at(WorkOrderStage::Rated, WorkOrderKind::PaidRepair);
        assert_eq!(story.by(desk()).refused(&close(order)), "work_must_be_charged");
    }
}
