//! Channel accounts 收款账户: cash boxes, bank accounts, merchant numbers.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::ChannelAccountRefusal;
pub use state::ChannelAccountState;
pub use use_case::*;
