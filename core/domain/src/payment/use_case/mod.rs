//! Commands of payments, one file each.

mod record_payment;

pub use record_payment::RecordPayment;
