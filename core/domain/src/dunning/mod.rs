//! Pressing for what an account owes: reminders 提醒, formal demands 催告, promises, disputes, and what stops them.
//!
//! One stream per account. May never happen here: telling anybody an amount that is not his to pay.

mod event;
#[cfg(test)]
mod fixture;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::DunningRefusal;
pub use state::{DunningState, FormalDemand};
pub use use_case::*;
