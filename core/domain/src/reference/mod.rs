//! The claim on a payment reference: at most one payment that is not reversed.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::ReferenceState;
