//! What the rules of the books refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of the books.
    pub enum BooksRefusal {
        PeriodMustBeOpen = "period_must_be_open", Conflict, "该账期已结账，请记入未结账的月份，或由两人办理反结账", "the month is closed: date it in an open month, or have two people reopen it";
        PeriodMustBeOver = "period_must_be_over", Conflict, "该月份尚未结束，次月起方可结账", "the month is not over yet: it is closed from the first day of the next month on";
        PeriodMustBeNext = "period_must_be_next", Conflict, "账期须按月份顺序结账，请先结前一个月", "months are closed in order: close the one before first";
        ShiftsMustBeClosed = "shifts_must_be_closed", Conflict, "该月仍有班次未清点结班，请先结班", "a shift of the month is not counted and closed";
        BillRunsMustBePosted = "bill_runs_must_be_posted", Conflict, "该月有未完成的出账批次（拟稿、过账或红冲中）", "a bill run of the month is drafted, posted or reversed and not at its end";
        PoolsMustBePosted = "pools_must_be_posted", Conflict, "有未完成的公摊（已核定未过账、过账或红冲中），请过账或作废", "a pool of a service time that began by the end of the month is open, charged or taken back and not at its end: charge it, or discard it";
        SuspenseMustBeReviewed = "suspense_must_be_reviewed", Conflict, "请核对截至月末的待认领款，并填写其金额", "look through the suspense up to the end of the month and say how much it is";
        ChannelDaysMustBeSignedOff = "channel_days_must_be_signed_off", Conflict, "该月有线上收款日未对账签核，请先签核，或填写未签核的天数以说明已知悉", "days of online channel accounts are not reconciled and signed off: sign them off, or say how many you know of";
        BankAccountsMustBeReconciled = "bank_accounts_must_be_reconciled", Conflict, "该月有银行账户的余额调节表未编制或不平，请先调节，或填写账户数以说明已知悉", "reconciliation statements of bank accounts are missing or do not foot: make them, or say of how many accounts you know it";
        MetersMustBeRead = "meters_must_be_read", Conflict, "该月有在用的表未抄表，请先抄表，或填写表数以说明已知悉", "meters in use were not read in the month: read them, or say of how many you know it";
        AllowanceMustBeDecided = "allowance_must_be_decided", Conflict, "请计提坏账准备，或注明本月不调整", "set the allowance, or say that it stays as it is";
        PeriodMustBeLastClosed = "period_must_be_last_closed", Conflict, "只有最后一个已结账的月份可以反结账", "only the month that was closed last is reopened";
        PeriodMustBeClosed = "period_must_be_closed", Conflict, "该账期的这一版本未结账或已封存", "this version of the month is not closed, or sealed already";
        StatementMustBeOfBank = "statement_must_be_of_bank", Invalid, "只有银行账户有余额调节表", "only a bank account has a reconciliation statement";
        BankMonthMustBeOver = "bank_month_must_be_over", Conflict, "该月尚未结束，没有月末余额", "the month is not over: there is no balance at its end";
        BankItemMustBeOpen = "bank_item_must_be_open", Conflict, "没有此项未达账项，或已达账", "there is no such item, or it is cleared";
        BankItemMustNotBeAhead = "bank_item_must_not_be_ahead", Invalid, "未达账项的日期不得晚于今天，达账日期不得早于其日期", "an item is not of a day to come, and is not cleared before its day";
        CodeMustHaveOneSubject = "code_must_have_one_subject", Invalid, "款项性质、收费项目、收款账户至多指定一个", "at most one of fund, fee item and channel account is named";
        CodesMustBeBounded = "codes_must_be_bounded", Conflict, "科目代码设置过多（最多 1000 条）", "a community has at most 1,000 codes of its own";
        AgeingRateMustBeShare = "ageing_rate_must_be_share", Invalid, "各账龄的计提比例须在 0 到 1 之间", "the share of each age lies between 0 and 1";
        AllowanceMustNotBeNegative = "allowance_must_not_be_negative", Invalid, "累计计提的坏账准备不得为负", "what was provided for is not negative";
        AllowanceMustChange = "allowance_must_change", Conflict, "累计计提的坏账准备已是该金额", "so much was provided for already";
    }
}
