//! The claim on a payment reference: at most one payment that is not reversed.

use crate::event::{events, facts};
use crate::id::{ChannelAccountId, PaymentId};
use crate::value::Code;

facts! {
    /// The reference belongs to a payment.
    pub struct ReferenceClaimed {
        /// The channel account.
        pub channel_account: ChannelAccountId,
        /// The reference.
        pub reference: Code,
        /// The payment.
        pub payment: PaymentId,
    }
    /// The payment is reversed; the reference may be used again.
    pub struct ReferenceReleased {
        /// The payment.
        pub payment: PaymentId,
    }
}

events! {
    /// Facts of a `reference` stream.
    pub enum ReferenceEvent of "reference" {
        ReferenceClaimed = "reference_claimed", 1;
        ReferenceReleased = "reference_released", 1;
    }
}
