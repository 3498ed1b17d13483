//! Refusals of a channel account.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a channel account in order of precedence.
    pub enum ChannelAccountRefusal {
        ChannelAccountMustBeNew = "channel_account_must_be_new", Conflict, "收款账户已存在", "the channel account exists already";
        ChannelAccountMustExist = "channel_account_must_exist", NotFound, "收款账户不存在", "the channel account does not exist";
        MerchantMustBeOnline = "merchant_must_be_online", Invalid, "只有线上收款账户才有商户号", "only an online channel account has a merchant number";
        ChannelAccountMustBeOpen = "channel_account_must_be_open", Conflict, "收款账户已停用", "the channel account is closed";
    }
}
