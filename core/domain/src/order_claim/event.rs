//! Facts of the claim of payment orders on an account's charges.

use crate::event::{events, facts};
use crate::id::{ChargeId, PaymentOrderId};

facts! {
    /// Charges are asked for by an order until it ends.
    pub struct ChargesOrdered {
        /// The order.
        pub order: PaymentOrderId,
        /// The charges.
        pub charges: Vec<ChargeId>,
    }
    /// The order ended; its charges may be asked for again.
    pub struct OrderedChargesReleased {
        /// The order.
        pub order: PaymentOrderId,
    }
}

events! {
    /// Facts of an `order_claim` stream.
    pub enum OrderClaimEvent of "order_claim" {
        ChargesOrdered = "charges_ordered", 1;
        OrderedChargesReleased = "ordered_charges_released", 1;
    }
}
