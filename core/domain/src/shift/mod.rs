//! Facts of a cashier's shift 班次 at a cash box.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::ShiftState;
