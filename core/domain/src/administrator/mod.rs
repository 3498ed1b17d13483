//! Facts about the installation's system administrators; they have no money commands.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::AdministratorState;
