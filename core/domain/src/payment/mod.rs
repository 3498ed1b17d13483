//! Facts of a payment 收款: money in, a stream of its own that names no unit until it is identified.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::{money_line, postings, suspense_line};
pub use state::PaymentState;
