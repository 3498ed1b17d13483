//! Companies 物业公司, in the installation's ledger.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::CompanyRefusal;
pub use state::CompanyState;
pub use use_case::*;
