//! Persons 人: pseudonymous here, named in the vault.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::PersonRefusal;
pub use state::PersonState;
pub use use_case::*;
