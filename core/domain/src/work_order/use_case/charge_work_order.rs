//! Charges the accepted quotation of paid work that is done, on the account of its unit.

use crate::account::{ChargeSpec, Source, post_charges};
use crate::book::Fund;
use crate::calendar::{CivilDate, DateRange};
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{CommunityId, FeeItemId, UnitId, WorkOrderId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::staff::Roles;
use crate::stream::StreamRef;
use crate::unit::UnitRefusal;
use crate::value::Count;
use crate::work_order::{Step, WorkCharged, WorkOrderKind, WorkOrderRefusal, WorkOrderState};

/// Posts the charge of a paid work order; once, unless that charge was reversed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeWorkOrder {
    /// The work order.
    pub work_order: WorkOrderId,
    /// Roles of the actor in this community.
    pub roles: Roles,
    /// The operating fee item that such work is charged under.
    pub fee_item: FeeItemId,
    /// Days until it is due; the community's notice days if they are more.
    pub due_days: Count,
}

impl Decide for ChargeWorkOrder {
    fn operation(&self) -> &'static str {
        "charge_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.work_order.into(), self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = Step::Charge.permit(draft, self.work_order, &self.roles)?;
        if order.submitted.kind != WorkOrderKind::PaidRepair {
            return Err(WorkOrderRefusal::WorkMustBePaid.with("kind", order.submitted.kind));
        }
        let amount = order.state.agreed().ok_or(WorkOrderRefusal::QuotationMustBeAccepted)?;
        must_not_be_charged(draft, &order.state)?;
        let unit = order.submitted.unit.ok_or(WorkOrderRefusal::PaidWorkMustNameUnit)?;
        let done_on = CivilDate::of_instant(order.state.completed_at().unwrap_or(draft.context.now))?;
        let state = draft.unit(unit);
        let account = state.registered().ok_or(UnitRefusal::UnitMustExist)?.account;
        let spec = self.spec(draft, unit, done_on, amount)?;
        let posted = post_charges(draft, account, vec![spec])?;
        for (charge, amount) in posted.charges {
            draft.push(self.work_order, WorkCharged { account, charge, amount, seen: order.seen.clone() });
        }
        Ok(())
    }
}

impl ChargeWorkOrder {
    /// The service time is the day the work was done; whoever owes for that day owes the charge.
    fn spec(
        &self,
        draft: &mut Draft<'_>,
        unit: UnitId,
        done_on: CivilDate,
        gross: Money,
    ) -> Result<ChargeSpec, Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or_else(|| FeeItemRefusal::FeeItemMustExist.at("/fee_item"))?;
        if created.fund != Fund::Operating {
            return Err(WorkOrderRefusal::FeeItemMustBeOperating.at("/fee_item").with("fund", created.fund));
        }
        let vat = item.vat_on(done_on).unwrap_or(&created.vat);
        let unit = draft.unit(unit);
        let obligor = unit.obligor_on(done_on).ok_or(WorkOrderRefusal::UnitMustHaveObligor)?;
        if self.due_days.0 > 365 {
            return Err(WorkOrderRefusal::DaysMustBeInRange.at("/due_days"));
        }
        let notice_days = draft.community(CommunityId(draft.context.ledger_id.uuid())).notice_days();
        let today = draft.context.today;
        Ok(ChargeSpec {
            bill_line: draft.mint("bill_line"),
            run: None,
            fee_item: self.fee_item,
            fund: created.fund,
            obligor,
            agreed_payer: unit.agreed_payer_on(done_on, self.fee_item),
            period: done_on.month(),
            // The service is rendered, and the tax point is its month.
            recognised: true,
            tax_due: true,
            source: Some(Source::WorkOrder { work_order: self.work_order }),
            service: DateRange::new(done_on, done_on.plus_days(1))?,
            due_on: today.plus_days(self.due_days.0.max(notice_days)),
            priority: created.priority,
            tariff: None,
            inputs: Vec::new(),
            formula: None,
            whole: None,
            share: None,
            round_to: None,
            metered: None,
            gross,
            discounts: Vec::new(),
            vat_category: vat.category,
            vat_rate: vat.rate,
        })
    }
}

/// A reversed charge was a mistake: what it was for may be charged again.
fn must_not_be_charged(draft: &Draft<'_>, state: &WorkOrderState) -> Result<(), Refusal> {
    let Some((account, charge)) = state.charge() else { return Ok(()) };
    let reversed = draft.account(account).charge(charge).is_some_and(|charge| charge.reversed);
    if reversed { Ok(()) } else { Err(WorkOrderRefusal::WorkMustNotBeCharged.with("charge", charge)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::AccountEvent;
    use crate::stream::Event;
    use crate::testing::uuid;
    use crate::work_order::fixture::{FUND_ITEM, OWNER, agree, at, charge, close, desk, rate};
    use crate::work_order::{WorkOrderEvent, WorkOrderStage};

    #[test]
    fn the_agreed_amount_is_charged_once_to_whoever_owes() {
        let (story, order) = at(WorkOrderStage::Completed, WorkOrderKind::PaidRepair);
        let mut story = story.by(desk()).on("2026-01-05");
        let events = story.accepted(&charge(order));
        let [Event::Account(AccountEvent::ChargePosted(posted)), Event::WorkOrder(WorkOrderEvent::WorkCharged(told))] =
            events.as_slice()
        else {
            panic!("a charge and its mark: {events:?}")
        };
        assert_eq!((posted.amount.to_string(), told.amount.to_string()), ("120.00".into(), "120.00".into()));
        assert_eq!((posted.booking.obligor, posted.charge), (OWNER, told.charge));
        assert_eq!(posted.service.from().to_string(), "2026-01-01", "the day the work was done");
        assert_eq!(posted.due_on.to_string(), "2026-01-15");
        assert_eq!(story.refused(&charge(order)), "work_must_not_be_charged");
        story.accepted(&rate(order));
        assert_eq!(story.accepted(&close(order)).len(), 1);
    }

    #[test]
    fn free_or_unfinished_work_is_not_charged() {
        let (story, order) = at(WorkOrderStage::Completed, WorkOrderKind::Repair);
        assert_eq!(story.by(desk()).refused(&charge(order)), "work_must_be_paid");
        let (story, order) = at(WorkOrderStage::InProgress, WorkOrderKind::PaidRepair);
        assert_eq!(story.by(desk()).refused(&charge(order)), "work_order_must_be_in_state");
    }

    #[test]
    fn the_item_must_be_the_companys_own() {
        let (story, order) = at(WorkOrderStage::Completed, WorkOrderKind::PaidRepair);
        let mut story = story.by(desk());
        let unknown = ChargeWorkOrder { fee_item: FeeItemId(uuid(404)), ..charge(order) };
        assert_eq!(story.refused(&unknown), "fee_item_must_exist");
        assert_eq!(
            story.refused(&ChargeWorkOrder { fee_item: FUND_ITEM, ..charge(order) }),
            "fee_item_must_be_operating"
        );
        let never_due = ChargeWorkOrder { due_days: Count(366), ..charge(order) };
        assert_eq!(story.refused(&never_due), "days_must_be_in_range");
        assert_eq!(story.refused(&agree(order, "120.00")), "work_order_must_be_in_state");
    }
}
