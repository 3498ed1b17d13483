//! Supplier bills 供应商账单: what the community's water, power and heat cost, and how it is paid; per utility and period
//! beside what the units were charged for it.
//!
//! May never happen here: one number of a supplier recorded twice while it stands; a payment above what is open; a
//! difference that becomes revenue.

mod event;
mod posting;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::SupplierBillRefusal;
pub use state::SupplierBillState;
pub use use_case::*;
