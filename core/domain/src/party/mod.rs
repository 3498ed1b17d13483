//! Parties 责任方: who owns, rents or holds units.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::PartyRefusal;
pub(crate) use refusal::party_must_be;
pub use state::PartyState;
pub use use_case::*;
