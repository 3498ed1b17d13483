//! Facts of an account 户账: charges, credit lots, allocations, refunds. The heart of the ledger.

mod event;
mod posting;
mod state;
mod terms;

pub use event::*;
pub(crate) use posting::postings;
pub use state::AccountState;
pub use terms::*;
