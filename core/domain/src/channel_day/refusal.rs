//! What the rules of a channel account's day refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a day of a channel account.
    pub enum ChannelDayRefusal {
        ChannelDayMustExist = "channel_day_must_exist", NotFound, "该日尚未对账", "the day was never reconciled";
        DifferenceMustExist = "difference_must_exist", NotFound, "没有此项差异", "there is no such difference";
        ChannelDayMustBeOnline = "channel_day_must_be_online", Invalid, "只有线上收款账户需与渠道账单核对", "only an online channel account has a provider's bill";
        ChannelDayMustBeOver = "channel_day_must_be_over", Conflict, "当日尚未结束，账单次日才有", "the day is not over; its bill comes the day after";
        ChannelDayMustBeOpen = "channel_day_must_be_open", Conflict, "该日对账已签核", "the day is signed off";
        DifferencesMustBeFew = "differences_must_be_few", Conflict, "差异超过 2,000 项，请检查是否为该商户号的账单", "more than 2,000 differences: is this the bill of this merchant number?";
        DifferenceMustBeOpen = "difference_must_be_open", Conflict, "该项差异已消除或已说明", "the difference is gone or explained already";
        DifferencesMustBeExplained = "differences_must_be_explained", Conflict, "尚有差异未消除或说明，不能签核", "a difference is neither gone nor explained";
    }
}
