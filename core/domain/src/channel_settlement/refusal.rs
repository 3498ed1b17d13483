//! What the rules of settlements refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a settlement.
    pub enum ChannelSettlementRefusal {
        SettlementMustExist = "settlement_must_exist", NotFound, "该日尚无结算记录", "the day has no settlement that stands";
        SettlementMustGoToBank = "settlement_must_go_to_bank", Invalid, "渠道资金只能结算到同一资金主体的银行账户", "a provider settles to a bank account of the same purse";
        SettlementMustBeSignedOff = "settlement_must_be_signed_off", Conflict, "该日对账尚未签核，不能结算", "the day must be reconciled and signed off first";
        SettlementMustHaveTrades = "settlement_must_have_trades", Conflict, "该日没有本小区的交易", "the bill of the day has nothing of this community";
        SettlementMustBeOnce = "settlement_must_be_once", Conflict, "该日已结算", "the day is settled already";
        SettlementMustFollowItsDay = "settlement_must_follow_its_day", Invalid, "到账日不得早于交易日，也不得晚于今天", "the bank's day is neither before the day of the trades nor in the future";
    }
}
