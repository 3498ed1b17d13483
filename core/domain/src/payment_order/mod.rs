//! Payment orders 支付订单: what a payer asks a provider to take, frozen until it is paid or ends.
//!
//! May never happen here: money that arrived and is refused; two live orders for one charge; an order that is believed paid
//! because the payer's device says so.

mod event;
mod posting;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::PaymentOrderRefusal;
pub use state::{PaymentOrderState, Stage};
pub use use_case::*;
