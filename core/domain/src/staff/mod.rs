//! A company's staff and their roles.

mod event;
mod posting;
mod refusal;
mod roles;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::StaffRefusal;
pub use roles::Roles;
pub use state::StaffState;
pub use use_case::*;
