//! Facts about channel accounts 收款账户: cash boxes, bank accounts, merchant numbers.

use crate::book::Purse;
use crate::event::{events, facts};
use crate::value::{Code, Label};
use crate::wire::words;

words! {
    /// Kinds of channel accounts.
    pub enum ChannelKind {
        /// 现金: a cash box, used in shifts.
        Cash = "cash",
        /// 银行: a bank account.
        Bank = "bank",
        /// POS 刷卡
        Pos = "pos",
        /// 微信/支付宝: fed by a gateway.
        Online = "online",
    }
}

words! {
    /// Who takes the money of an online channel account.
    pub enum Provider {
        /// 微信支付
        WechatPay = "wechat_pay",
        /// 支付宝
        Alipay = "alipay",
    }
}

facts! {
    /// A merchant number 商户号 at a provider.
    pub struct Merchant {
        /// The provider.
        pub provider: Provider,
        /// The merchant number: `mchid`, or `seller_id`.
        pub number: Code,
        /// The merchant of a service provider: `sub_mchid`; then `number` is the service provider's.
        pub sub_number: Option<Code>,
    }
}

facts! {
    /// A channel account may take money from now on.
    pub struct ChannelAccountOpened {
        /// What kind it is.
        pub kind: ChannelKind,
        /// The purse whose money it takes.
        pub purse: Purse,
        /// Name in lists.
        pub label: Label,
        /// The merchant number that orders are paid to; only of an online one.
        pub merchant: Option<Merchant>,
    }
    /// It takes no more money.
    pub struct ChannelAccountClosed {
    }
}

events! {
    /// Facts of a `channel_account` stream.
    pub enum ChannelAccountEvent of "channel_account" {
        ChannelAccountOpened = "channel_account_opened", 1;
        ChannelAccountClosed = "channel_account_closed", 1;
    }
}
