//! The routes, a file per noun: what each command takes and how it becomes a wish, what each query answers.

pub mod account;
pub mod approval;
pub mod bank_statement;
pub mod bill_run;
pub mod book_reads;
pub mod books;
pub mod commands;
pub mod company;
pub mod dunning;
pub mod estate_reads;
pub mod events;
pub mod fee_item;
pub mod figures;
pub mod files;
pub mod import;
pub mod inbox;
pub mod late_fee;
pub mod opening;
pub mod operations;
pub mod payment;
pub mod person;
pub mod session;
pub mod staff;
pub mod suspense;
pub mod unit;
pub mod work_order;
