//! Facts of a work order 工单: repair, complaint or suggestion; one event per transition.

use crate::event::{events, facts};
use crate::id::{AccountId, ChargeId, PersonId, StaffId, UnitId, VaultItemId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Count, Exact, Label};
use crate::wire::words;

words! {
    /// Kinds of work orders.
    pub enum WorkOrderKind {
        /// 报修
        Repair = "repair",
        /// 有偿维修
        PaidRepair = "paid_repair",
        /// 投诉
        Complaint = "complaint",
        /// 建议
        Suggestion = "suggestion",
    }
}

words! {
    /// How soon.
    pub enum Priority {
        /// 紧急
        Urgent = "urgent",
        /// 高
        High = "high",
        /// 一般
        Normal = "normal",
        /// 低
        Low = "low",
    }
}

facts! {
    /// Something that was used.
    pub struct Material {
        /// What, with its unit of measure.
        pub name: Label,
        /// How much of it.
        pub quantity: Exact,
    }
}

facts! {
    /// Somebody reports something 待受理.
    pub struct WorkOrderSubmitted {
        /// What it is about.
        pub kind: WorkOrderKind,
        /// Category.
        pub category: Label,
        /// How soon.
        pub priority: Priority,
        /// The unit; absent for common ground.
        pub unit: Option<UnitId>,
        /// Where, such as the name of a lobby or lift.
        pub place: Option<Label>,
        /// Who reports.
        pub reporter: Option<PersonId>,
        /// What was said, in the vault.
        pub description: Option<VaultItemId>,
        /// Photos and videos, in the vault.
        #[serde(default)]
        pub media: Vec<VaultItemId>,
    }
    /// The desk takes it on 已受理.
    pub struct WorkOrderAccepted {
        /// Deadline from the priority, an instant as in the envelope; absent for a community without deadlines.
        pub due_at: Option<String>,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The desk does not take it on.
    pub struct WorkOrderRejected {
        /// Why.
        pub reason: Label,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The owner no longer wants it.
    pub struct WorkOrderCancelled {
        /// Why.
        pub reason: Option<Label>,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Somebody is to do it 已派单.
    pub struct WorkOrderAssigned {
        /// Who.
        pub assignee: StaffId,
        /// The company facts that the right to do so and the assignee's roles rest on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Somebody else is to do it.
    pub struct WorkOrderReassigned {
        /// Who.
        pub assignee: StaffId,
        /// Why.
        pub reason: Label,
        /// The company facts that the right to do so and the assignee's roles rest on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Work begins 处理中.
    pub struct WorkStarted {
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Work waits.
    pub struct WorkSuspended {
        /// Why.
        pub reason: Label,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Work goes on.
    pub struct WorkResumed {
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Paid work: what it will cost.
    pub struct QuotationOffered {
        /// All of it.
        pub amount: Money,
        /// Labour.
        pub labour: Money,
        /// Materials.
        pub materials: Money,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The owner agrees to pay it.
    pub struct QuotationAccepted {
        /// The accepted amount.
        pub amount: Money,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Work is done 已完成.
    pub struct WorkCompleted {
        /// Labour, minutes.
        pub labour_minutes: Option<Count>,
        /// What was used.
        #[serde(default)]
        pub materials: Vec<Material>,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The accepted quotation was charged.
    pub struct WorkCharged {
        /// The account.
        pub account: AccountId,
        /// The charge.
        pub charge: ChargeId,
        /// How much.
        pub amount: Money,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Not done after all.
    pub struct WorkOrderReopened {
        /// Why.
        pub reason: Label,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The owner rates it 已评价.
    pub struct WorkOrderRated {
        /// 1–5.
        pub stars: Count,
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Finished for good.
    pub struct WorkOrderClosed {
        /// The company facts that the right to do so rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

events! {
    /// Facts of a `work_order` stream.
    pub enum WorkOrderEvent of "work_order" {
        WorkOrderSubmitted = "work_order_submitted", 1;
        WorkOrderAccepted = "work_order_accepted", 1;
        WorkOrderRejected = "work_order_rejected", 1;
        WorkOrderCancelled = "work_order_cancelled", 1;
        WorkOrderAssigned = "work_order_assigned", 1;
        WorkOrderReassigned = "work_order_reassigned", 1;
        WorkStarted = "work_started", 1;
        WorkSuspended = "work_suspended", 1;
        WorkResumed = "work_resumed", 1;
        QuotationOffered = "quotation_offered", 1;
        QuotationAccepted = "quotation_accepted", 1;
        WorkCompleted = "work_completed", 1;
        WorkCharged = "work_charged", 1;
        WorkOrderReopened = "work_order_reopened", 1;
        WorkOrderRated = "work_order_rated", 1;
        WorkOrderClosed = "work_order_closed", 1;
    }
}
