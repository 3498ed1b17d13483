//! Facts about companies 物业公司, in the installation's ledger.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::CompanyState;
