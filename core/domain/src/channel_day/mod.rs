//! A day of a channel account, as the provider's bill and the log say it 渠道对账: matched line by line, what differs on a work
//! list until it is gone or explained, then signed off.
//!
//! A stream of the company's ledger, because one merchant number may serve many communities. May never happen here: a
//! difference that is lost, or a day that is signed off with one that nobody explained.

mod event;
mod matching;
mod posting;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
mod use_case;

pub use event::*;
pub use matching::{BillLine, Difference, Matching, Ours, Reconciled, Split, Way};
pub(crate) use posting::postings;
pub use refusal::ChannelDayRefusal;
pub use state::{ChannelDayState, DifferenceStanding};
pub use use_case::*;
