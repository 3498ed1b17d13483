//! Reminding an account 提醒: what was sent and what was skipped, and why.
//!
//! One stream per account. May never happen here: telling anybody an amount that is not his to pay.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::DunningRefusal;
pub use state::DunningState;
pub use use_case::*;
