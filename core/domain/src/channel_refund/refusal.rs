//! What the rules of refunds by providers refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a refund that a provider pays.
    pub enum ChannelRefundRefusal {
        ChannelRefundMustExist = "channel_refund_must_exist", NotFound, "该退款未提交支付渠道", "the refund was never given to a provider";
        RefundMustBeOnline = "refund_must_be_online", Invalid, "只能由线上收款账户原路退回", "a provider pays back out of an online channel account";
        RefundMustGoToSource = "refund_must_go_to_source", Invalid, "付给他人的退款不能原路退回", "a refund to another payee does not go back the way the money came";
        RefundMustHaveComeByChannel = "refund_must_have_come_by_channel", Invalid, "该款项并非经此收款账户收取，不能由其退回", "this money did not come by that channel account";
        RefundMustNotBeSent = "refund_must_not_be_sent", Conflict, "退款已提交支付渠道，等待其结果", "the refund is with the provider; wait for what becomes of it";
        ChannelRefundMustBeOngoing = "channel_refund_must_be_ongoing", Conflict, "该次渠道退款已结束", "this try has ended";
        ChannelRefundMustNotBeAccepted = "channel_refund_must_not_be_accepted", Conflict, "支付渠道已受理，不能撤回", "the provider has taken it; it can no longer be withdrawn";
    }
}
