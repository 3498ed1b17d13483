//! Commands of shifts, one file each.

mod close_shift;
mod open_shift;

pub use close_shift::{CloseShift, Successor};
pub use open_shift::OpenShift;
