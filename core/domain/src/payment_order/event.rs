//! Facts of a payment order 支付订单. Its number at the provider is its id without hyphens.

use crate::book::Purse;
use crate::calendar::Moment;
use crate::event::{events, facts};
use crate::id::{AccountId, ChannelAccountId, ChargeId, PaymentId, VaultItemId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::wire::words;

words! {
    /// By which of a provider's doors it is paid.
    pub enum OrderMethod {
        /// 微信小程序/公众号
        WechatJsapi = "wechat_jsapi",
        /// 微信扫码
        WechatNative = "wechat_native",
        /// 支付宝手机网站
        AlipayWap = "alipay_wap",
        /// 支付宝小程序
        AlipayMini = "alipay_mini",
    }
}

words! {
    /// Why an order ended without money.
    pub enum OrderEnd {
        /// Its time was over.
        Expired = "expired",
        /// Somebody closed it.
        Cancelled = "cancelled",
        /// The provider did not take it.
        Failed = "failed",
    }
}

words! {
    /// What became of an order's money.
    pub enum OrderSpent {
        /// It paid what was frozen, as it was on the day of the order.
        AsOrdered = "as_ordered",
        /// It came when the order had ended: it paid what was still open of it.
        Late = "late",
        /// The order was paid before: it pays what else is open, and the rest is credit.
        Again = "again",
        /// The amount, or where the money lies, is not what was asked: it waits in suspense.
        Differing = "differing",
    }
}

facts! {
    /// A charge as it was when it was asked for.
    pub struct OrderedCharge {
        /// The charge.
        pub charge: ChargeId,
        /// Open of it, principal and late fee by the day before.
        pub amount: Money,
    }

    /// What is paid for one account.
    pub struct OrderedAccount {
        /// The account.
        pub account: AccountId,
        /// The charges, in the order in which they are paid.
        #[serde(default)]
        pub charges: Vec<OrderedCharge>,
        /// All of it: the charges, and what becomes credit.
        pub amount: Money,
    }
}

facts! {
    /// A payer asks for what is to be paid; it is frozen.
    pub struct PaymentOrderCreated {
        /// By which door.
        pub method: OrderMethod,
        /// Where the money will lie.
        pub channel_account: ChannelAccountId,
        /// Its purse.
        pub purse: Purse,
        /// The company facts that the channel account rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
        /// What for.
        pub accounts: Vec<OrderedAccount>,
        /// All of it.
        pub amount: Money,
        /// Until when it can be paid.
        pub expires_at: Moment,
        /// Whose payment window opens: the provider's id of the payer, in the vault.
        pub payer: Option<VaultItemId>,
    }
    /// The provider says that it was paid.
    pub struct PaymentOrderPaid {
        /// The payment.
        pub payment: PaymentId,
        /// How much came.
        pub amount: Money,
        /// What became of it.
        pub spent: OrderSpent,
    }
    /// It can no longer be paid.
    pub struct PaymentOrderClosed {
        /// Why.
        pub reason: OrderEnd,
    }
}

events! {
    /// Facts of a `payment_order` stream.
    pub enum PaymentOrderEvent of "payment_order" {
        PaymentOrderCreated = "payment_order_created", 1;
        PaymentOrderPaid = "payment_order_paid", 1;
        PaymentOrderClosed = "payment_order_closed", 1;
    }
}
