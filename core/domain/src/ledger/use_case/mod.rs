//! Commands of a ledger, one file each.

mod hand_over_clock;
mod open_ledger;

pub use hand_over_clock::HandOverClock;
pub use open_ledger::OpenLedger;
