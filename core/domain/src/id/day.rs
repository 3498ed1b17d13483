//! Ids of days of channel accounts.

use super::{ChannelAccountId, ChannelDayId, ChannelSettlementId, DayCloseId, Purpose, derive};
use crate::calendar::CivilDate;

impl ChannelDayId {
    /// A channel account's day.
    pub fn of_day(channel_account: ChannelAccountId, day: CivilDate) -> Self {
        Self(derive(Purpose::ChannelDay, &[&channel_account.to_string(), &day.to_string()]))
    }
}

impl ChannelSettlementId {
    /// A channel account's day.
    pub fn of_day(channel_account: ChannelAccountId, day: CivilDate) -> Self {
        Self(ChannelDayId::of_day(channel_account, day).0)
    }
}

impl DayCloseId {
    /// A channel account's day.
    pub fn of_day(channel_account: ChannelAccountId, day: CivilDate) -> Self {
        Self(derive(Purpose::DayClose, &[&channel_account.to_string(), &day.to_string()]))
    }
}
