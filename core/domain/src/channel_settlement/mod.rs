//! Money that a provider paid out to the bank 渠道结算: a day's trades of one ledger, less what the provider kept.
//!
//! May never happen here: a day that is settled twice, or with other amounts than its reconciliation says.

mod event;
mod posting;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::ChannelSettlementRefusal;
pub use state::ChannelSettlementState;
pub use use_case::*;
