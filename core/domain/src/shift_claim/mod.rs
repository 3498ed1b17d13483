//! The claim of a shift on its cash box and on its cashier: at most one open shift each.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::ShiftClaimState;
