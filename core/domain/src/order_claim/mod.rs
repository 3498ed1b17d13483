//! The claim of payment orders on an account's charges: a charge is asked for by at most one live order.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::OrderClaimState;
