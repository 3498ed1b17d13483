//! Paid work: what it will cost, and the owner's word that he will pay it.

use crate::draft::{Decide, Draft};
use crate::id::WorkOrderId;
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::staff::Roles;
use crate::stream::StreamRef;
use crate::work_order::{QuotationAccepted, QuotationOffered, Step, WorkOrderKind, WorkOrderRefusal};

/// Says what paid work will cost 报价; a newer quotation takes an earlier agreement back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferQuotation {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// Labour, yuan.
    pub labour: Money,
    /// Materials, yuan.
    pub materials: Money,
}

impl Decide for OfferQuotation {
    fn operation(&self) -> &'static str {
        "offer_quotation"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::OfferQuotation.permit(draft, self.work_order, &self.roles)?;
        if order.submitted.kind != WorkOrderKind::PaidRepair {
            return Err(WorkOrderRefusal::WorkMustBePaid.with("kind", order.submitted.kind));
        }
        if order.state.charge().is_some() {
            return Err(WorkOrderRefusal::WorkMustNotBeCharged.into());
        }
        let amount = self.labour.plus(self.materials)?;
        if self.labour.is_negative() || self.materials.is_negative() || !amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.into());
        }
        let (labour, materials) = (self.labour, self.materials);
        draft.push(self.work_order, QuotationOffered { amount, labour, materials, seen: order.seen });
        Ok(())
    }
}

/// Agrees to the newest quotation, by naming its amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptQuotation {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// The amount as the owner has seen it.
    pub amount: Money,
}

impl Decide for AcceptQuotation {
    fn operation(&self) -> &'static str {
        "accept_quotation"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::AcceptQuotation.permit(draft, self.work_order, &self.roles)?;
        let offered = order.state.offered().ok_or(WorkOrderRefusal::QuotationMustBeOffered)?;
        if offered != self.amount {
            return Err(WorkOrderRefusal::QuotationMustBeCurrent.at("/amount").with("offered", offered));
        }
        if order.state.agreed().is_some() {
            return Err(WorkOrderRefusal::QuotationMustNotBeAccepted.into());
        }
        draft.push(self.work_order, QuotationAccepted { amount: self.amount, seen: order.seen });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work_order::WorkOrderStage;
    use crate::work_order::fixture::{REPORTER, WORKER, agree, at, desk, offer, person, start, worker};

    #[test]
    fn paid_work_starts_after_the_owner_agreed() {
        let (mut story, order) = at(WorkOrderStage::Assigned, WorkOrderKind::PaidRepair);
        assert_eq!(story.refused(&agree(order, "120.00")), "quotation_must_be_offered");
        story.accepted(&offer(order, "80.00", "40.00"));
        let mut story = story.by(worker(WORKER));
        assert_eq!(story.refused(&start(order)), "quotation_must_be_accepted");
        let mut story = story.by(person(REPORTER));
        assert_eq!(story.refused(&agree(order, "119.00")), "quotation_must_be_current");
        story.accepted(&agree(order, "120.00"));
        assert_eq!(story.refused(&agree(order, "120.00")), "quotation_must_not_be_accepted");
        assert_eq!(story.by(worker(WORKER)).accepted(&start(order)).len(), 1);
    }

    #[test]
    fn a_newer_quotation_takes_the_agreement_back() {
        let (mut story, order) = at(WorkOrderStage::Assigned, WorkOrderKind::PaidRepair);
        story.accepted(&offer(order, "80.00", "40.00"));
        story.accepted(&agree(order, "120.00"));
        let mut story = story.by(worker(WORKER));
        story.accepted(&offer(order, "80.00", "60.00"));
        assert_eq!(story.refused(&start(order)), "quotation_must_be_accepted");
        assert_eq!(story.by(desk()).refused(&agree(order, "120.00")), "quotation_must_be_current");
    }

    #[test]
    fn free_work_has_no_quotation_and_nothing_costs_nothing() {
        let (mut story, order) = at(WorkOrderStage::Accepted, WorkOrderKind::Repair);
        assert_eq!(story.refused(&offer(order, "80.00", "40.00")), "work_must_be_paid");
        let (mut story, order) = at(WorkOrderStage::Accepted, WorkOrderKind::PaidRepair);
        assert_eq!(story.refused(&offer(order, "0.00", "0.00")), "amount_must_be_positive");
        assert_eq!(story.refused(&offer(order, "-1.00", "5.00")), "amount_must_be_positive");
    }
}
