//! Refunds that go back the way their money came 原路退款: given to the provider of the payment, until it says what became of
//! them.
//!
//! The stream has the refund's own id. May never happen here: one refund under two numbers at once; a refund that a person
//! settles or fails while the provider may still pay it.

mod event;
mod posting;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::ChannelRefundRefusal;
pub use state::{ChannelRefundStage, ChannelRefundState};
pub use use_case::*;
