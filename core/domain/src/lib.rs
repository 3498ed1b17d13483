//! Rules and facts of the property-fee ledger.
//!
//! This crate cannot do I/O, because nothing it depends on can: no async, SQL, clock, randomness or float. A command
//! comes in, a rule refuses it or answers with facts; facts are folded into state. Where the facts are stored is
//! `mingzhang-store`'s business, what is read from them `mingzhang-projections`'.

pub mod account;
pub mod administrator;
pub mod approval;
pub mod bill_run;
pub mod book;
pub mod books;
pub mod calendar;
pub mod canonical;
pub mod certificate;
pub mod channel_account;
pub mod channel_day;
pub mod channel_refund;
pub mod channel_settlement;
pub mod community;
pub mod company;
pub mod dated;
pub mod day_close;
pub mod draft;
pub mod dunning;
pub mod envelope;
pub mod event;
pub mod fee_item;
pub mod figures;
pub mod fund_spend;
pub mod id;
pub mod import;
pub mod invoice;
pub mod invoice_claim;
pub mod known;
pub mod ledger;
pub mod meter;
pub mod meter_code;
pub mod money;
pub mod opening;
pub mod order_claim;
pub mod party;
pub mod payment;
pub mod payment_order;
pub mod person;
pub mod pool;
pub mod posting;
pub mod receipt_series;
pub mod reference;
pub mod refusal;
pub mod rule;
pub mod shift;
pub mod shift_claim;
pub mod staff;
pub mod stream;
pub mod supplier_bill;
pub mod taking;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod unit;
pub mod unit_code;
pub mod value;
pub mod voucher;
pub mod what_if;
pub(crate) mod wire;
pub mod work_order;
