//! Facts about channel accounts 收款账户: cash boxes, bank accounts, merchant numbers.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::ChannelAccountState;
