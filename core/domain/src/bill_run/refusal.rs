//! Refusals of billing.

use crate::refusal::refusals;

refusals! {
    /// Refusals of billing in order of precedence.
    pub enum BillRunRefusal {
        BillRunMustBeNew = "bill_run_must_be_new", Conflict, "该出账批次已存在", "the bill run exists already";
        BillRunMustExist = "bill_run_must_exist", NotFound, "出账批次不存在", "the bill run does not exist";
        BillRunMustBeOpen = "bill_run_must_be_open", Conflict, "出账批次已完成", "the bill run is completed already";
        UnitMustNotBeSkipped = "unit_must_not_be_skipped", Conflict, "该房屋在本批次中已被跳过，请单独出账", "the unit was skipped in this run; bill it alone";
        FeeItemsMustBeFew = "fee_items_must_be_few", Invalid, "一次最多 50 个收费项目，且不得重复", "at most 50 fee items are billed at once, each named once";
        MonthsMustBeInOrder = "months_must_be_in_order", Invalid, "结束月份不得早于开始月份，一次最多 12 个月", "the last month must not be before the first, and at most 12 months are billed at once";
        NothingToBill = "nothing_to_bill", Conflict, "没有可出账的费用", "there is nothing to bill; the skipped items say why";
    }
}
