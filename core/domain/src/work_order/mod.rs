//! Work orders 工单: repair, complaint or suggestion; one event per transition.
//!
//! Which step leads from where and who may take it is one table, `step.rs`; a command says only what its step needs
//! besides. May never happen here: paid work that begins without an accepted quotation, or is charged twice.

mod event;
#[cfg(test)]
mod fixture;
mod posting;
mod refusal;
mod state;
mod step;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::WorkOrderRefusal;
pub use state::{WorkOrderStage, WorkOrderState};
pub use step::{Doer, Step};
pub use use_case::*;
