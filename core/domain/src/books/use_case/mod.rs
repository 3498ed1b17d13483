//! Commands of the books.

mod set_allowance;

pub use set_allowance::SetAllowance;
