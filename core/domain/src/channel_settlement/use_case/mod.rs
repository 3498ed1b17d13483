//! Commands of settlements, one file each.

mod reverse_settlement;
mod settle_channel_day;

pub use reverse_settlement::ReverseSettlement;
pub use settle_channel_day::{DaySignedOff, SettleChannelDay};
