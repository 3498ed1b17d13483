//! Refusals of billing.

use crate::refusal::refusals;

refusals! {
    /// Refusals of billing in order of precedence.
    pub enum BillRunRefusal {
        BillRunMustBeNew = "bill_run_must_be_new", Conflict, "该出账批次已存在", "the bill run exists already";
        BillRunMustExist = "bill_run_must_exist", NotFound, "出账批次不存在", "the bill run does not exist";
        BillRunMustBeOpen = "bill_run_must_be_open", Conflict, "出账批次当前状态不允许此操作", "the bill run is not where this is done";
        BillRunsMustBeApproved = "bill_runs_must_be_approved", Conflict, "本小区出账须先拟稿，经他人批准后过账", "bill runs of this community are drafted, and posted on another's word";
        BillRunMustBeDrafted = "bill_run_must_be_drafted", Conflict, "出账批次不是待过账的拟稿", "the bill run is not a draft that waits to be posted";
        BillRunMustBeAsSeen = "bill_run_must_be_as_seen", Conflict, "拟稿内容与所见不一致，请重新查看后再过账", "the draft is not what was seen; look at it again before it is posted";
        BillRunMustBeUnposted = "bill_run_must_be_unposted", Conflict, "出账批次已开始过账，请改用整批红冲", "the bill run is being posted or was; reverse it instead";
        BillRunMustStand = "bill_run_must_stand", Conflict, "出账批次没有可红冲的过账", "nothing of the bill run is posted that could be reversed";
        PublicationMustBeNear = "publication_must_be_near", Invalid, "公布日须在今天起的 60 天之内", "the day of publication must be within 60 days from today";
        ChangedSinceApproval = "changed_since_approval", Conflict, "批准之后应收内容已变化，请单独出账", "what would be charged has changed since it was approved; bill the unit alone";
        UnitsMustBeFew = "units_must_be_few", Invalid, "一次最多 50 个房屋", "at most 50 units are drafted at once";
        UnitMustNotBeSkipped = "unit_must_not_be_skipped", Conflict, "该房屋在本批次中已被跳过，请单独出账", "the unit was skipped in this run; bill it alone";
        FeeItemsMustBeFew = "fee_items_must_be_few", Invalid, "一次最多 50 个收费项目，且不得重复", "at most 50 fee items are billed at once, each named once";
        MonthsMustBeInOrder = "months_must_be_in_order", Invalid, "结束月份不得早于开始月份，一次最多 12 个月", "the last month must not be before the first, and at most 12 months are billed at once";
        NothingToBill = "nothing_to_bill", Conflict, "没有可出账的费用", "there is nothing to bill; the skipped items say why";
    }
}
