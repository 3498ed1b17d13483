//! A small estate with one unit, and work orders brought to any state, for the tests of their commands.

use super::*;
use crate::account::AccountOpened;
use crate::book::{Fund, VatCategory};
use crate::draft::Decide;
use crate::envelope::{Actor, ActorKind};
use crate::fee_item::{FeeItemCreated, Vat};
use crate::id::{AccountId, FeeItemId, PartyId, PersonId, StaffId, UnitId, WorkOrderId};
use crate::ledger::LedgerKind;
use crate::party::{Member, PartyFormed, PartyKind};
use crate::staff::{Role, Roles};
use crate::testing::{Story, uuid};
use crate::unit::{UnitKind, UnitOwnerSet, UnitRegistered, UnitStatus, UnitStatusSet};
use crate::value::{Count, Label};
use uuid::Uuid;

pub(crate) const UNIT: UnitId = UnitId(Uuid::from_u128(0x1202));
pub(crate) const OWNER: PartyId = PartyId(Uuid::from_u128(72));
pub(crate) const REPORTER: PersonId = PersonId(Uuid::from_u128(601));
pub(crate) const STRANGER: PersonId = PersonId(Uuid::from_u128(602));
pub(crate) const WORKER: StaffId = StaffId(Uuid::from_u128(701));
pub(crate) const COLLEAGUE: StaffId = StaffId(Uuid::from_u128(702));
pub(crate) const REPAIR_ITEM: FeeItemId = FeeItemId(Uuid::from_u128(80));
pub(crate) const FUND_ITEM: FeeItemId = FeeItemId(Uuid::from_u128(81));

pub(crate) fn desk() -> Actor {
    Actor { kind: ActorKind::Staff, id: uuid(1) }
}

pub(crate) fn person(person: PersonId) -> Actor {
    Actor { kind: ActorKind::Person, id: person.uuid() }
}

pub(crate) fn worker(staff: StaffId) -> Actor {
    Actor { kind: ActorKind::Staff, id: staff.uuid() }
}

fn item(fund: Fund) -> FeeItemCreated {
    FeeItemCreated {
        name: "有偿维修费".parse().unwrap(),
        fund,
        priority: Count(50),
        vat: Vat::of(VatCategory::Rated, "0.06".parse().ok()),
    }
}

/// One unit that the reporter owns, its account, an operating fee item and one of the maintenance fund.
pub(crate) fn estate() -> Story {
    let account = AccountId::of_unit(UNIT);
    let from = "2020-01-01".parse().unwrap();
    let registered = UnitRegistered {
        code: "3-1-1202".parse().unwrap(),
        kind: UnitKind::Residence,
        building: None,
        entrance: None,
        floor: None,
        account,
        developer: None,
    };
    let owner = PartyFormed {
        kind: PartyKind::OwnerGroup,
        members: vec![Member { person: REPORTER, share: "1".parse().ok() }],
        contact: Some(REPORTER),
        name: None,
    };
    Story::new()
        .in_ledger(LedgerKind::Community)
        .given(OWNER, owner)
        .given(UNIT, registered)
        .given(UNIT, UnitStatusSet { from, status: UnitStatus::HandedOver })
        .given(UNIT, UnitOwnerSet { from, party: OWNER })
        .given(account, AccountOpened { unit: UNIT })
        .given(REPAIR_ITEM, item(Fund::Operating))
        .given(FUND_ITEM, item(Fund::MaintenanceFund))
}

/// The facts that bring a work order to a state on 2026-01-01; paid work is agreed at 120.00 once it is under way.
pub(crate) fn at(stage: WorkOrderStage, kind: WorkOrderKind) -> (Story, WorkOrderId) {
    use WorkOrderStage as S;
    let order = WorkOrderId(uuid(900));
    let submitted = WorkOrderSubmitted {
        kind,
        category: label("水电"),
        priority: Priority::Normal,
        unit: Some(UNIT),
        place: None,
        reporter: Some(REPORTER),
        description: None,
        media: Vec::new(),
    };
    let mut story = estate().given(order, submitted);
    let under_way = [S::InProgress, S::Suspended, S::Completed, S::Reopened, S::Rated, S::Closed].contains(&stage);
    let done = [S::Completed, S::Reopened, S::Rated, S::Closed].contains(&stage);
    if stage == S::Accepted || stage == S::Assigned || under_way {
        story = story.given(order, WorkOrderAccepted { due_at: None, seen: Vec::new() });
    }
    if under_way && kind == WorkOrderKind::PaidRepair {
        let (amount, labour) = ("120.00".parse().unwrap(), "80.00".parse().unwrap());
        let offered = QuotationOffered { amount, labour, materials: "40.00".parse().unwrap(), seen: Vec::new() };
        story = story.given(order, offered).given(order, QuotationAccepted { amount, seen: Vec::new() });
    }
    if stage == S::Assigned || under_way {
        story = story.given(order, WorkOrderAssigned { assignee: WORKER, seen: Vec::new() });
    }
    if under_way {
        story = story.given(order, WorkStarted { seen: Vec::new() });
    }
    if done {
        story = story.given(order, WorkCompleted { labour_minutes: None, materials: Vec::new(), seen: Vec::new() });
    }
    let story = match stage {
        S::Submitted | S::Accepted | S::Assigned | S::InProgress | S::Completed => story,
        S::Suspended => story.given(order, WorkSuspended { reason: label("等配件"), seen: Vec::new() }),
        S::Reopened => story.given(order, WorkOrderReopened { reason: label("仍漏水"), seen: Vec::new() }),
        S::Rated => story.given(order, WorkOrderRated { stars: Count(5), seen: Vec::new() }),
        S::Closed => story.given(order, WorkOrderClosed { seen: Vec::new() }),
        S::Rejected => story.given(order, WorkOrderRejected { reason: label("不属物业范围"), seen: Vec::new() }),
        S::Cancelled => story.given(order, WorkOrderCancelled { reason: None, seen: Vec::new() }),
    };
    let acts = if under_way && !done { worker(WORKER) } else { desk() };
    (story.by(acts), order)
}

/// A command that takes a step, with the roles of the desk.
pub(crate) fn command(step: Step, order: WorkOrderId) -> Box<dyn Decide> {
    match step {
        Step::Accept => Box::new(accept(order)),
        Step::Reject => {
            Box::new(RejectWorkOrder { work_order: order, roles: at_desk(), reason: label("不属物业范围") })
        }
        Step::Cancel => Box::new(CancelWorkOrder { work_order: order, roles: at_desk(), reason: None }),
        Step::Assign => Box::new(assign(order)),
        Step::Reassign => Box::new(reassign(order, COLLEAGUE)),
        Step::OfferQuotation => Box::new(offer(order, "80.00", "40.00")),
        Step::AcceptQuotation => Box::new(agree(order, "120.00")),
        Step::Start => Box::new(start(order)),
        Step::Suspend => Box::new(SuspendWork { work_order: order, roles: at_desk(), reason: label("等配件") }),
        Step::Resume => Box::new(ResumeWork { work_order: order, roles: at_desk() }),
        Step::Complete => Box::new(complete(order)),
        Step::Charge => Box::new(charge(order)),
        Step::Reopen => Box::new(reopen(order)),
        Step::Rate => Box::new(rate(order)),
        Step::Close => Box::new(close(order)),
    }
}

pub(crate) fn submit(kind: WorkOrderKind) -> SubmitWorkOrder {
    SubmitWorkOrder {
        kind,
        category: label("水电"),
        priority: Priority::Normal,
        unit: Some(UNIT),
        place: None,
        reporter: Some(REPORTER),
        description: None,
        media: Vec::new(),
    }
}

pub(crate) fn accept(order: WorkOrderId) -> AcceptWorkOrder {
    AcceptWorkOrder { work_order: order, roles: at_desk(), deadlines: None }
}

pub(crate) fn assign(order: WorkOrderId) -> AssignWorkOrder {
    AssignWorkOrder { work_order: order, roles: at_desk(), assignee: maintenance(WORKER) }
}

pub(crate) fn reassign(order: WorkOrderId, to: StaffId) -> ReassignWorkOrder {
    ReassignWorkOrder { work_order: order, roles: at_desk(), assignee: maintenance(to), reason: label("换班") }
}

pub(crate) fn offer(order: WorkOrderId, labour: &str, materials: &str) -> OfferQuotation {
    let (labour, materials) = (labour.parse().unwrap(), materials.parse().unwrap());
    OfferQuotation { work_order: order, roles: at_desk(), labour, materials }
}

pub(crate) fn agree(order: WorkOrderId, amount: &str) -> AcceptQuotation {
    AcceptQuotation { work_order: order, roles: at_desk(), amount: amount.parse().unwrap() }
}

pub(crate) fn start(order: WorkOrderId) -> StartWork {
    StartWork { work_order: order, roles: held(Role::Maintenance) }
}

/// An angle valve or more.
pub(crate) fn used(quantity: &str) -> Material {
    Material { name: label("角阀"), quantity: quantity.parse().unwrap() }
}

pub(crate) fn complete(order: WorkOrderId) -> CompleteWork {
    let materials = vec![used("1")];
    CompleteWork { work_order: order, roles: held(Role::Maintenance), labour_minutes: Some(Count(45)), materials }
}

pub(crate) fn charge(order: WorkOrderId) -> ChargeWorkOrder {
    ChargeWorkOrder { work_order: order, roles: at_desk(), fee_item: REPAIR_ITEM, due_days: Count(10) }
}

pub(crate) fn rate(order: WorkOrderId) -> RateWorkOrder {
    RateWorkOrder { work_order: order, roles: at_desk(), stars: Count(5) }
}

pub(crate) fn reopen(order: WorkOrderId) -> ReopenWorkOrder {
    ReopenWorkOrder { work_order: order, roles: at_desk(), reason: label("仍漏水"), reopen_days: Count(7) }
}

pub(crate) fn close(order: WorkOrderId) -> CloseWorkOrder {
    CloseWorkOrder { work_order: order, roles: at_desk(), reopen_days: Count(7) }
}

fn at_desk() -> Roles {
    held(Role::CustomerService)
}

fn held(role: Role) -> Roles {
    Roles { held: vec![role], ..Roles::default() }
}

fn maintenance(staff: StaffId) -> Assignee {
    Assignee { staff, roles: held(Role::Maintenance) }
}

fn label(text: &str) -> Label {
    text.parse().unwrap()
}
