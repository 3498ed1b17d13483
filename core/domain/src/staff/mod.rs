//! Facts about a company's staff and their roles.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::StaffState;
