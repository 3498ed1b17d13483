//! Facts of a bill run: which cycles it bills; the charges are in the accounts.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::BillRunState;
