//! Facts about a party 责任方: who owns, rents or holds units, jointly liable, with one contact.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::PartyState;
