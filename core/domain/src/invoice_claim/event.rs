//! Facts of the claim of invoices on a payment's money.

use crate::event::{events, facts};
use crate::id::InvoiceId;

facts! {
    /// An invoice was requested for money of the payment.
    pub struct MoneyInvoiced {
        /// The invoice.
        pub invoice: InvoiceId,
    }
    /// The invoice was not issued, or is red-lettered: its money may be invoiced again.
    pub struct InvoicedMoneyReleased {
        /// The invoice.
        pub invoice: InvoiceId,
    }
}

events! {
    /// Facts of an `invoice_claim` stream.
    pub enum InvoiceClaimEvent of "invoice_claim" {
        MoneyInvoiced = "money_invoiced", 1;
        InvoicedMoneyReleased = "invoiced_money_released", 1;
    }
}
