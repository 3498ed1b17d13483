//! Work orders: submitted, and cancelled or assigned.

use super::Town;
use mingzhang_domain::id::WorkOrderId;
use mingzhang_domain::work_order::{
    Priority, WorkOrderAccepted, WorkOrderAssigned, WorkOrderCancelled, WorkOrderKind, WorkOrderSubmitted,
};

impl Town {
    pub(super) fn work_order(&mut self) {
        let order = WorkOrderId(self.id());
        let submitted = WorkOrderSubmitted {
            kind: WorkOrderKind::Repair,
            category: "水电".parse().unwrap(),
            priority: Priority::Normal,
            unit: None,
            reporter: None,
            description: None,
            place: None,
            media: vec![],
        };
        self.push(order.into(), submitted.into());
        if self.below(3) == 0 {
            self.push(order.into(), WorkOrderCancelled { reason: None, seen: vec![] }.into());
            return;
        }
        self.push(order.into(), WorkOrderAccepted { due_at: None, seen: vec![] }.into());
        let assignee = mingzhang_domain::id::StaffId(self.id());
        self.push(order.into(), WorkOrderAssigned { assignee, seen: vec![] }.into());
    }
}
