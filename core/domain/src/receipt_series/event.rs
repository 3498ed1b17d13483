//! The numbers of one receipt series and year: the n-th event is number n, so there is no gap.

use crate::event::{events, facts};
use crate::id::{PaymentId, ReceiptId};
use crate::payment::Series;
use crate::value::{Code, Count};

facts! {
    /// The next number belongs to a receipt.
    pub struct ReceiptNumbered {
        /// Which series.
        pub series: Series,
        /// Year of issue.
        pub year: Count,
        /// The number in full.
        pub number: Code,
        /// The receipt.
        pub receipt: ReceiptId,
        /// Its payment; absent for money that went out.
        pub payment: Option<PaymentId>,
    }
}

events! {
    /// Facts of a `receipt_series` stream.
    pub enum ReceiptSeriesEvent of "receipt_series" {
        ReceiptNumbered = "receipt_numbered", 1;
    }
}
