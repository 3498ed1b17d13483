//! What the rules of shifts refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a shift.
    pub enum ShiftRefusal {
        ShiftMustExist = "shift_must_exist", NotFound, "班次不存在", "there is no such shift";
        ShiftMustBeOpen = "shift_must_be_open", Conflict, "班次已结束", "the shift is over";
        ShiftMustBeOfCashBox = "shift_must_be_of_cash_box", Conflict, "该班次不属于此现金收款账户", "the shift is at another cash box";
        ShiftMustBeOfCashier = "shift_must_be_of_cashier", Forbidden, "只能使用本人的班次", "the shift belongs to another cashier";
        ChannelMustBeCash = "channel_must_be_cash", Invalid, "只有现金收款账户可以开班", "shifts are at cash boxes only";
        CashBoxMustHaveNoOpenShift = "cash_box_must_have_no_open_shift", Conflict, "该现金收款账户已有未结束的班次，请先结班", "another shift is open at this cash box: close it first";
        CashierMustHaveNoOpenShift = "cashier_must_have_no_open_shift", Conflict, "您已有未结束的班次，请先结班", "a shift of yours is open already: close it first";
        CashMustNotBeNegative = "cash_must_not_be_negative", Invalid, "现金金额不得为负数", "an amount of cash is not negative";
        SuccessorMustBeAnother = "successor_must_be_another", Invalid, "接班人不得为本人", "a box is handed over to another cashier";
        SuccessorMustBeCashier = "successor_must_be_cashier", Invalid, "接班人须为本小区收费员", "whoever takes the box over must be a cashier here";
        CashMustSuffice = "cash_must_suffice", Conflict, "钱箱现金不足", "there is not enough cash in the box";
        CashMustGoToBank = "cash_must_go_to_bank", Invalid, "现金只能缴存到同一资金主体的银行账户", "cash is paid into a bank account of the same purse";
        BankingMustStand = "banking_must_stand", NotFound, "该缴存记录不存在或已红冲", "there is no such banking, or it is reversed already";
    }
}
