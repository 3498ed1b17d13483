//! The installation's system administrators; they have no money commands.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::AdministratorRefusal;
pub use state::AdministratorState;
pub use use_case::*;
