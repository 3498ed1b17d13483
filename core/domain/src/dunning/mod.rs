//! Facts of reminding an account 提醒: what was sent and what was skipped, and why.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::DunningState;
