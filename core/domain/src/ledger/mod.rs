//! Facts about a ledger 账套 itself: its first event, and the hand-over of its clock.

mod event;
mod position;
mod posting;
mod state;

pub use event::*;
pub use position::LedgerPosition;
pub(crate) use posting::postings;
pub use state::LedgerState;
