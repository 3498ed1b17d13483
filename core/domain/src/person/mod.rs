//! Facts about persons 人: pseudonymous here, named in the vault.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::PersonState;
