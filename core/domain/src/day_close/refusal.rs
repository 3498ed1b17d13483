//! What the rules of closed days refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a day's close.
    pub enum DayCloseRefusal {
        DayMustHaveCome = "day_must_have_come", Invalid, "不能对未来日期日结", "a day is closed on the day or later";
        DayMustHaveNoOpenShift = "day_must_have_no_open_shift", Conflict, "该现金收款账户当日班次尚未结班", "a shift of that day is open at the cash box: close it first";
        DayMustBeSignedOff = "day_must_be_signed_off", Conflict, "该日渠道对账尚未签核", "the day must be reconciled with the provider and signed off first";
        DayMustHaveChanged = "day_must_have_changed", Conflict, "该日已日结，且此后没有变动", "the day is closed, and nothing of it has changed since";
    }
}
