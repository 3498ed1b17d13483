//! What a payment's rules refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a payment.
    pub enum PaymentRefusal {
        PaymentMustExist = "payment_must_exist", NotFound, "收款不存在", "there is no such payment";
        ReceiptMustExist = "receipt_must_exist", NotFound, "收据不存在", "the payment has no such receipt";
        PaymentMustNotBeReversed = "payment_must_not_be_reversed", Conflict, "该收款已红冲", "the payment is reversed already";
        ValueDateMustNotBeInFuture = "value_date_must_not_be_in_future", Invalid, "到账日期不得晚于今天", "money cannot have arrived after today";
        ReferenceMustBeGiven = "reference_must_be_given", Invalid, "非现金收款须填写流水号", "money that is not cash has the channel's reference";
        ReferenceMustNotBeGiven = "reference_must_not_be_given", Invalid, "现金收款的流水号由班次生成", "the reference of cash is its shift and slip";
        ShiftMustBeGiven = "shift_must_be_given", Invalid, "现金须在班次内收付", "cash is moved in a shift";
        ShiftMustNotBeGiven = "shift_must_not_be_given", Invalid, "只有现金需要班次", "only cash is moved in a shift";
        BankLineMustBeOfBankAccount = "bank_line_must_be_of_bank_account", Invalid, "银行流水只能记入银行账户", "a line of a bank statement is of a bank account";
        ChequeMustBeOfBankAccount = "cheque_must_be_of_bank_account", Invalid, "支票只能记入银行账户", "a cheque is money in a bank account";
        TenderedMustBeCash = "tendered_must_be_cash", Invalid, "只有现金收款需填写实收现金", "only cash is put on the counter";
        TenderedMustCoverAmount = "tendered_must_cover_amount", Invalid, "实收现金不足以支付收款金额", "less was put on the counter than is paid";
        RoundingMustBeCash = "rounding_must_be_cash", Invalid, "只有现金收款可以抹零", "only cash is rounded";
        RoundingMustBeWithinLimit = "rounding_must_be_within_limit", Invalid, "抹零金额须大于零，且不得超过小区规定的限额", "what is let go is above zero, less than the amount and within the community's limit";
        RoundingMustPayCharges = "rounding_must_pay_charges", Conflict, "抹零收款须全部用于支付费用，不得转为预存", "a rounded payment pays charges with all of it: none of it becomes credit or waits";
        BankLineMustNameOneUnit = "bank_line_must_name_one_unit", Conflict, "银行流水须恰好指明一个房屋", "the line of a bank statement names exactly one unit";
        BankLineMustBeUntouched = "bank_line_must_be_untouched", Conflict, "该银行流水已认领过或已退回，不再自动匹配", "something was done with the line before: it is not matched by the system";
        BankLineMustBeSetAside = "bank_line_must_be_set_aside", Conflict, "该银行流水未被另记", "the line is not set aside";
        BankLineMustWait = "bank_line_must_wait", Conflict, "该银行流水已有认领或退回，须先撤销", "something of the line was identified or returned: that is undone first";
        AmountMustEqualOpenTotal = "amount_must_equal_open_total", Conflict, "金额与该房屋未收总额不一致", "the amount is not all that is open of the unit";
        BankLineMustBeMatched = "bank_line_must_be_matched", Conflict, "该收款不是自动匹配的", "the system matched no such line";
        BouncedMoneyMustBeOfBank = "bounced_money_must_be_of_bank", Invalid, "只有银行账户的收款会被退汇或退票", "only money in a bank account bounces";
        BounceMustFollowMoney = "bounce_must_follow_money", Invalid, "退汇日期不得早于到账日期", "money cannot bounce before it came";
        ReferenceMustBeUnused = "reference_must_be_unused", Conflict, "该收款账户下此流水号已入账", "this reference of the channel account belongs to another payment";
        AccountsMustBeFew = "accounts_must_be_few", Invalid, "一笔收款涉及的户账过多", "one payment reaches at most 200 accounts";
        AccountMustBeNamedOnce = "account_must_be_named_once", Invalid, "同一户账不得重复列出", "an account is named twice";
        ChargeMustBeNamedOnce = "charge_must_be_named_once", Invalid, "同一应收不得重复指定", "a charge is named twice";
        PursesMustNotMix = "purses_must_not_mix", Conflict, "不同资金主体的款项不得合并支付", "money of one purse may not pay charges of another";
        PartsMustNotExceedAmount = "parts_must_not_exceed_amount", Invalid, "各户金额之和超过收款金额", "the parts sum to more than the amount";
        AmountMustNotExceedSuspense = "amount_must_not_exceed_suspense", Conflict, "金额不得超过待认领金额", "the amount is above what is in suspense";
        HolderMustBeKnown = "holder_must_be_known", Conflict, "户账当前无责任方，无法确定款项归属人", "the account has no present party that could hold the credit";
        PaymentMustReachAnAccount = "payment_must_reach_an_account", Invalid, "未指定任何户账可入账", "nothing of the money would reach an account";
        PaymentMustNotBeReturned = "payment_must_not_be_returned", Conflict, "该收款已有退回，不得红冲", "some of the money went back already";
        PaymentMustNotBeRefunded = "payment_must_not_be_refunded", Conflict, "该收款有退款在途或已退款，不得红冲", "a refund of this money is settled or on its way";
        CreditMustNotBeMoved = "credit_must_not_be_moved", Conflict, "该收款的预存已转移，不得红冲", "credit of this payment was moved to another holder";
        LotMustBeOfPayment = "lot_must_be_of_payment", NotFound, "该预存不属于此收款", "the credit does not come from this payment";
        ReceiptMustBeLive = "receipt_must_be_live", Conflict, "收据已作废", "the receipt is reversed";
        LinesMustFitReceipt = "lines_must_fit_receipt", Conflict, "收据行数过多，请分次认领", "there are too many lines for one receipt; identify the money in parts";
    }
}

impl From<crate::rule::allocation::AllocationError> for crate::refusal::Refusal {
    fn from(error: crate::rule::allocation::AllocationError) -> Self {
        use crate::account::AccountRefusal;
        use crate::refusal::CommonRefusal;
        use crate::rule::allocation::AllocationError;
        match error {
            AllocationError::AmountNotPositive => CommonRefusal::AmountMustBePositive.into(),
            AllocationError::OpenNegative => CommonRefusal::AmountMustBeInRange.into(),
            AllocationError::ChargeDuplicate => PaymentRefusal::AccountMustBeNamedOnce.into(),
            AllocationError::ChargeUnknown => AccountRefusal::ChargeMustExist.into(),
            AllocationError::ChargeNamedTwice => PaymentRefusal::ChargeMustBeNamedOnce.into(),
            AllocationError::PursesMixed => PaymentRefusal::PursesMustNotMix.into(),
        }
    }
}
