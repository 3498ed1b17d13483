//! Commands of the books, one file each.

mod close_period;
mod release_period;
mod reopen_period;
mod seal_period;
mod set_allowance;

pub use close_period::{ClosePeriod, Review, StillOpen};
pub use release_period::ReleasePeriod;
pub use reopen_period::ReopenPeriod;
pub use seal_period::SealPeriod;
pub use set_allowance::SetAllowance;
