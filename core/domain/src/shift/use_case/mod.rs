//! Commands of shifts, one file each.

mod bank_cash;
mod close_shift;
mod open_shift;

pub use bank_cash::{BankCash, ReverseCashBanking};
pub use close_shift::{CloseShift, Successor};
pub use open_shift::OpenShift;
