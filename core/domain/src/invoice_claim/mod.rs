//! The claim of invoices on a payment's money: the same money stands on at most one live invoice.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::InvoiceClaimState;
