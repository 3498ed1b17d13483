//! An approval: requested by one, granted by another, bound to the digest of what it approves.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::ApprovalState;
