//! Commands of closed days, one file each.

mod close_day;

pub use close_day::{CloseDay, DayMovement, SignOff};
