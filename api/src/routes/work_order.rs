//! Work orders and reminders.
//!
//! Deadlines, days for reopening and stages are a community's own data; until it can keep them they come with the command.

use crate::body::{Errors, Field, NonNegative, Positive, Text, bodies, rules};
use crate::command::{Call, commands};
use crate::problem::Problem;
use mingzhang_domain::dunning::{self, ReminderChannel};
use mingzhang_domain::id::{FeeItemId, PersonId, StaffId, UnitId};
use mingzhang_domain::staff::Roles;
use mingzhang_domain::value::{Count, Exact, Label};
use mingzhang_domain::work_order::{self, Assignee, Deadlines, Material, Priority, WorkOrderKind};
use mingzhang_store::vault::ItemKind;
use serde_json::{Value, json};
use uuid::Uuid;

/// Days after completion in which a work order may be reopened, when the command does not say.
const REOPEN_DAYS: Count = Count(7);
/// Days until the charge of paid work is due, when the command does not say.
const DUE_DAYS: Count = Count(15);
/// Days between two reminders to one party, when the command does not say.
const PAUSE_DAYS: Count = Count(7);
/// Days after the due date on which a stage begins, when the command does not say.
const STAGES: [i32; 5] = [-3, 1, 15, 30, 60];

bodies! {
    /// Hours from acceptance to deadline, by priority.
    pub struct DeadlinesBody {
        /// 紧急
        pub urgent: Count,
        /// 高
        pub high: Count,
        /// 一般
        pub normal: Count,
        /// 低
        pub low: Count,
    }
}

bodies! {
    /// Something that was used.
    pub struct MaterialBody {
        /// What, with its unit of measure.
        pub name: Label,
        /// How much of it, above zero.
        pub quantity: Exact,
    }
}

impl From<MaterialBody> for Material {
    fn from(body: MaterialBody) -> Self {
        Self { name: body.name, quantity: body.quantity }
    }
}

/// A day relative to a due date: negative before it.
#[derive(Debug, Clone, Copy)]
pub struct StageDay(i32);

impl Field for StageDay {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        let day = value.as_i64().and_then(|day| i32::try_from(day).ok()).filter(|day| (-366..=3660).contains(day));
        if day.is_none() {
            errors.push(pointer, rules::WHOLE);
        }
        day.map(Self)
    }
    fn schema() -> Value {
        json!({"type": "integer", "minimum": -366, "maximum": 3660})
    }
}

/// The roles of the caller in the community: who may take a step is the rule's to say.
fn roles(call: &Call<'_>) -> Result<Roles, Problem> {
    call.roles_of(StaffId(call.caller.id))
}

/// A member of staff as the company's ledger says.
fn assignee(call: &Call<'_>, staff: StaffId) -> Result<Assignee, Problem> {
    Ok(Assignee { staff, roles: call.roles_of(staff)? })
}

commands! {
    /// Submits a work order: a repair, a complaint or a suggestion.
    pub SubmitWorkOrder(SubmitWorkOrderBody) = "submit_work_order" |call, body| {
        /// What it is about.
        kind: WorkOrderKind,
        /// Category.
        category: Label,
        /// How soon.
        priority: Priority,
        /// The unit; absent for common ground.
        unit: Option<UnitId>,
        /// Where, such as the name of a lobby or lift.
        place: Option<Label>,
        /// Who reports.
        reporter: Option<PersonId>,
        /// What was said; goes to the vault.
        description: Option<Text>,
    } => {
        // What somebody wrote is sealed under the reporter, or under a subject of its own when nobody is named.
        let subject = body.reporter.map_or_else(crate::ids::mint::<Uuid>, PersonId::uuid);
        let description = body.description.map(|text| call.seal(subject, ItemKind::Text, text.as_str()));
        work_order::SubmitWorkOrder {
            kind: body.kind,
            category: body.category,
            priority: body.priority,
            unit: body.unit,
            place: body.place,
            reporter: body.reporter,
            description,
            media: Vec::new(),
        }
    };

    /// Takes a work order on 受理.
    pub AcceptWorkOrder(AcceptWorkOrderBody) = "accept_work_order" |call, body| {
        /// Deadlines; absent: none.
        deadlines: Option<DeadlinesBody>,
    } => work_order::AcceptWorkOrder {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        deadlines: body.deadlines.map(|hours| Deadlines {
            urgent: hours.urgent,
            high: hours.high,
            normal: hours.normal,
            low: hours.low,
        }),
    };

    /// Does not take a work order on.
    pub RejectWorkOrder(RejectWorkOrderBody) = "reject_work_order" |call, body| {
        /// Why.
        reason: Label,
    } => work_order::RejectWorkOrder { work_order: call.id("work_order")?, roles: roles(call)?, reason: body.reason };

    /// Takes a work order back before work starts.
    pub CancelWorkOrder(CancelWorkOrderBody) = "cancel_work_order" |call, body| {
        /// Why.
        reason: Option<Label>,
    } => work_order::CancelWorkOrder { work_order: call.id("work_order")?, roles: roles(call)?, reason: body.reason };

    /// Says who is to do it 派单.
    pub AssignWorkOrder(AssignWorkOrderBody) = "assign_work_order" |call, body| {
        /// Who.
        assignee: StaffId,
    } => work_order::AssignWorkOrder {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        assignee: assignee(call, body.assignee)?,
    };

    /// Says who else is to do it 改派.
    pub ReassignWorkOrder(ReassignWorkOrderBody) = "reassign_work_order" |call, body| {
        /// Who.
        assignee: StaffId,
        /// Why.
        reason: Label,
    } => work_order::ReassignWorkOrder {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        assignee: assignee(call, body.assignee)?,
        reason: body.reason,
    };

    /// Says what paid work will cost 报价.
    pub OfferQuotation(OfferQuotationBody) = "offer_quotation" |call, body| {
        /// Labour, yuan.
        labour: NonNegative,
        /// Materials, yuan.
        materials: NonNegative,
    } => work_order::OfferQuotation {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        labour: body.labour.0,
        materials: body.materials.0,
    };

    /// Agrees to the newest quotation, by naming its amount.
    pub AcceptQuotation(AcceptQuotationBody) = "accept_quotation" |call, body| {
        /// The amount as the owner has seen it.
        amount: Positive,
    } => work_order::AcceptQuotation {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        amount: body.amount.0,
    };

    /// Begins the work.
    pub StartWork(StartWorkBody) = "start_work" |call, body| {
    } => work_order::StartWork { work_order: call.id("work_order")?, roles: roles(call)? };

    /// Lets the work wait 挂起.
    pub SuspendWork(SuspendWorkBody) = "suspend_work" |call, body| {
        /// Why.
        reason: Label,
    } => work_order::SuspendWork { work_order: call.id("work_order")?, roles: roles(call)?, reason: body.reason };

    /// Goes on with suspended work.
    pub ResumeWork(ResumeWorkBody) = "resume_work" |call, body| {
    } => work_order::ResumeWork { work_order: call.id("work_order")?, roles: roles(call)? };

    /// Says that the work is done.
    pub CompleteWork(CompleteWorkBody) = "complete_work" |call, body| {
        /// Labour, minutes.
        labour_minutes: Option<Count>,
        /// What was used.
        materials: Option<Vec<MaterialBody>>,
    } => work_order::CompleteWork {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        labour_minutes: body.labour_minutes,
        materials: body.materials.unwrap_or_default().into_iter().map(Material::from).collect(),
    };

    /// Posts the charge of a paid work order, once.
    pub ChargeWorkOrder(ChargeWorkOrderBody) = "charge_work_order" |call, body| {
        /// The operating fee item that such work is charged under.
        fee_item: FeeItemId,
        /// Days until it is due, 15 when absent; the community's notice days if they are more.
        due_days: Option<Count>,
    } => work_order::ChargeWorkOrder {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        fee_item: body.fee_item,
        due_days: body.due_days.unwrap_or(DUE_DAYS),
    };

    /// Says how the work was 评价.
    pub RateWorkOrder(RateWorkOrderBody) = "rate_work_order" |call, body| {
        /// 1–5.
        stars: Count,
    } => work_order::RateWorkOrder { work_order: call.id("work_order")?, roles: roles(call)?, stars: body.stars };

    /// Says that it was not done after all; within days.
    pub ReopenWorkOrder(ReopenWorkOrderBody) = "reopen_work_order" |call, body| {
        /// Why.
        reason: Label,
        /// Days after completion in which it may be reopened, 7 when absent.
        reopen_days: Option<Count>,
    } => work_order::ReopenWorkOrder {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        reason: body.reason,
        reopen_days: body.reopen_days.unwrap_or(REOPEN_DAYS),
    };

    /// Ends a work order: once rated, or once the days for reopening are over.
    pub CloseWorkOrder(CloseWorkOrderBody) = "close_work_order" |call, body| {
        /// Days after completion in which it may be reopened, 7 when absent.
        reopen_days: Option<Count>,
    } => work_order::CloseWorkOrder {
        work_order: call.id("work_order")?,
        roles: roles(call)?,
        reopen_days: body.reopen_days.unwrap_or(REOPEN_DAYS),
    };

    /// Sends the reminder that is due on an account, or records why none was sent.
    pub SendReminder(SendReminderBody) = "send_reminder" |call, body| {
        /// Days after the due date on which stage 1, 2, 3 … begins; −3, 1, 15, 30, 60 when absent.
        stages: Option<Vec<StageDay>>,
        /// Days between two reminders to one party at least, 7 when absent.
        pause_days: Option<Count>,
    } => dunning::SendReminder {
        account: call.id("account")?,
        stages: body.stages.map_or_else(|| STAGES.to_vec(), |days| days.into_iter().map(|day| day.0).collect()),
        pause_days: body.pause_days.unwrap_or(PAUSE_DAYS),
        channel: ReminderChannel::InApp,
    };
}
