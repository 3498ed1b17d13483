//! Commands of a channel account, one file each.

mod close_channel_account;
mod open_channel_account;

pub use close_channel_account::CloseChannelAccount;
pub use open_channel_account::OpenChannelAccount;
