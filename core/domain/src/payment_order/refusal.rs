//! What the rules of payment orders refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a payment order.
    pub enum PaymentOrderRefusal {
        PaymentOrderMustExist = "payment_order_must_exist", NotFound, "支付订单不存在", "there is no such payment order";
        PaymentOrderMustBeNew = "payment_order_must_be_new", Conflict, "支付订单已存在", "the payment order exists already";
        PaymentOrderMustBeLive = "payment_order_must_be_live", Conflict, "支付订单已支付或已关闭", "the payment order is paid or closed";
        OrderMustBeOnline = "order_must_be_online", Invalid, "支付订单只能使用线上收款账户", "a payment order is paid into an online channel account";
        OrderMustExpireSoon = "order_must_expire_soon", Invalid, "支付订单的有效期须在 1 分钟至 2 小时之间", "a payment order lives between one minute and two hours";
        OrderMustReachAnAccount = "order_must_reach_an_account", Invalid, "支付订单须指定 1 至 20 个户账，且每户须有应收或预存金额", "an order names 1 to 20 accounts, each with charges or an amount of credit";
        OrderedChargesMustBeFew = "ordered_charges_must_be_few", Invalid, "一张支付订单最多 50 笔应收", "an order names at most 50 charges";
        OrderedChargeMustBeOpen = "ordered_charge_must_be_open", Conflict, "应收已结清，无需支付", "nothing of this charge is open";
        ChargeMustNotBeOrdered = "charge_must_not_be_ordered", Conflict, "该应收已有待支付订单，请先支付或关闭", "a live payment order asks for this charge; pay or close it first";
        OrderMustBeWithinLimit = "order_must_be_within_limit", Invalid, "支付订单金额不得超过 1,000,000.00 元", "a payment order is for at most 1,000,000.00 yuan";
    }
}
