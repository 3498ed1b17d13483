//! A payment 收款: money in, a stream of its own that names no unit until it is identified. Suspense is the one door.
//!
//! The next hop of the money is `account`: lots of credit and what they pay.

#[cfg(test)]
mod bank_stories;
mod channel;
#[cfg(test)]
mod counter_stories;
mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod posting;
mod receipts;
mod refusal;
mod spending;
mod state;
mod use_case;

pub use channel::Channel;
pub use event::*;
pub(crate) use posting::{money_line, postings, suspense_line};
pub(crate) use receipts::settle_receipts;
pub use refusal::PaymentRefusal;
pub use spending::{Pays, Spending};
pub(crate) use spending::{open_charge, present_party, spend};
pub use state::{PaymentState, Receipt};
pub use use_case::*;
