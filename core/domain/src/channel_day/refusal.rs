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
        LumpMustFollowSignOff = "lump_must_follow_sign_off", Conflict, "该日对账尚未签核，不能登记结算到账", "the day must be signed off before its money is recorded";
        LumpMustGoToBank = "lump_must_go_to_bank", Invalid, "渠道资金只能结算到同一资金主体的银行账户", "a provider settles to a bank account of the same purse";
        LumpMustFollowItsDay = "lump_must_follow_its_day", Invalid, "到账日不得早于交易日，也不得晚于今天", "the bank's day is neither before the day of the trades nor in the future";
        LumpMustBeOnce = "lump_must_be_once", Conflict, "该日结算到账已登记", "the day's money is recorded already";
        RestMustWait = "rest_must_wait", Conflict, "该日没有待处理的差额", "nothing of the day waits in the company's suspense";
        RestMustBeClearedByAnother = "rest_must_be_cleared_by_another", Conflict, "差额须由登记人以外的人员处理", "somebody else than who recorded it says what it was";
    }
}
