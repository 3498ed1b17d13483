//! Refusals of a what-if.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a what-if in order of precedence.
    pub enum WhatIfRefusal {
        MonthsMustBeInRange = "months_must_be_in_range", Invalid, "测算的月份须首尾有序，且不超过 24 个月", "the months are in order and at most 24";
        DaysMustBeInOrder = "days_must_be_in_order", Invalid, "止日须晚于起日", "the last day comes after the first";
        DayMustLieInLedger = "day_must_lie_in_ledger", Invalid, "截止日不得早于账套的第一笔记录，起日不得晚于截止日", "as of a day on which the ledger had begun, and from a day that is not after it";
        PercentMustBeInRange = "percent_must_be_in_range", Invalid, "百分比为 0–1000", "a percentage lies between 0 and 1000";
        PriceMustBeOneNumber = "price_must_be_one_number", Conflict, "该收费项目的标准不是单一价格，请改用百分比", "the fee item has no price that is one number: say a percentage of it";
    }
}
