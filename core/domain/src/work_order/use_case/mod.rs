//! Commands of a work order. Steps that differ only in the fact they leave share a file.

mod assign;
mod charge_work_order;
mod finish;
mod quotation;
mod submit_work_order;
mod triage;
mod work;

pub use assign::{AssignWorkOrder, Assignee, ReassignWorkOrder};
pub use charge_work_order::ChargeWorkOrder;
pub use finish::{CloseWorkOrder, RateWorkOrder, ReopenWorkOrder};
pub use quotation::{AcceptQuotation, OfferQuotation};
pub use submit_work_order::SubmitWorkOrder;
pub use triage::{AcceptWorkOrder, CancelWorkOrder, Deadlines, RejectWorkOrder};
pub use work::{CompleteWork, ResumeWork, StartWork, SuspendWork};
