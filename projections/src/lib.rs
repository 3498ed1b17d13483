//! Read models: folds of the log, and their queries.
//!
//! The contract stands in [`projection`]; [`runner`] folds live, [`rebuild`] folds from the beginning into a new
//! generation, [`digest`] says whether both agree; [`reader`] is how everything is read. [`reactor`] reads the log to answer
//! it. May never happen here: a write to the log, a rule of the domain, personal data in a row.

pub mod account;
pub mod account_balance;
pub mod allocation;
pub mod approval;
pub mod batch;
pub mod bill_run;
pub mod campaign;
pub mod channel_day;
pub mod channel_settlement;
pub mod charge;
pub mod closing;
pub mod collection;
pub mod column;
pub mod credit_lot;
pub mod decimal;
pub mod deposit;
pub mod diff;
pub mod digest;
pub mod directory;
pub mod discount;
pub mod error;
pub mod fee_item;
pub mod figure;
pub mod formal_demand;
pub mod fund;
pub mod fund_spend;
pub mod history;
pub mod inbox;
pub mod journal;
pub mod late_fee;
pub mod meter;
pub mod opening;
pub mod party;
pub mod payment;
pub mod payment_history;
pub mod payment_order;
pub mod period;
pub mod pool;
pub mod prepayment_offer;
pub mod printed_receipt;
pub mod projection;
pub mod reactor;
pub mod reader;
pub mod rebuild;
pub mod receipt;
pub mod refund;
pub mod reminder;
pub mod runner;
pub mod sheet;
pub mod shift;
pub mod sink;
pub mod staff;
pub mod statement;
pub mod supplier_bill;
pub mod suspense;
pub mod table;
pub mod taking;
pub mod trial_balance;
pub mod unit;
pub mod vacancy;
pub mod voucher;
pub mod work_order;
