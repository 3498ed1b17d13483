//! Facts of a work order 工单: repair, complaint or suggestion; one event per transition.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::WorkOrderState;
