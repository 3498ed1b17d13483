//! Facts about a community 小区: its creation (in the company's ledger) and its rules (in its own).

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::CommunityState;
