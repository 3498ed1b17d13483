//! What a work order's rules refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a work order.
    pub enum WorkOrderRefusal {
        WorkOrderMustExist = "work_order_must_exist", NotFound, "工单不存在", "there is no such work order";
        WorkOrderActorMustBeAllowed = "work_order_actor_must_be_allowed", Forbidden, "该步骤须由规定的人员办理", "this step belongs to somebody else";
        WorkOrderMustBeInState = "work_order_must_be_in_state", Conflict, "工单当前状态不允许该操作", "the work order is not in a state that allows this step";
        ReporterMustBeActor = "reporter_must_be_actor", Forbidden, "业主、租户只能以本人名义报事", "a person reports in his own name only";
        ReporterMustBelongToUnit = "reporter_must_belong_to_unit", Forbidden, "报事人不是该房屋的业主或租户", "the person is neither owner nor tenant of the unit";
        PaidWorkMustNameUnit = "paid_work_must_name_unit", Invalid, "有偿维修须指明房屋", "paid work must name the unit that pays for it";
        PaidWorkMustNameReporter = "paid_work_must_name_reporter", Invalid, "有偿维修须指明报事人", "paid work must name the person who asks for it";
        TooManyMedia = "too_many_media", Invalid, "照片和视频不得超过 20 个", "there are more than 20 photos and videos";
        DeadlineMustBeInRange = "deadline_must_be_in_range", Invalid, "时限为 1–8760 小时", "a deadline lies between 1 and 8760 hours";
        AssigneeMustFitWork = "assignee_must_fit_work", Invalid, "派单对象须为维修或客服人员", "the assignee must have the role of maintenance or customer service here";
        AssigneeMustChange = "assignee_must_change", Conflict, "改派对象与原处理人相同", "the work order is assigned to this person already";
        WorkMustBePaid = "work_must_be_paid", Conflict, "该工单不是有偿维修", "the work order is not paid work";
        QuotationMustBeOffered = "quotation_must_be_offered", Conflict, "尚未报价", "no quotation was offered";
        QuotationMustBeCurrent = "quotation_must_be_current", Conflict, "确认金额与最新报价不符", "the amount is not that of the newest quotation";
        QuotationMustNotBeAccepted = "quotation_must_not_be_accepted", Conflict, "该报价已确认", "the quotation is accepted already";
        QuotationMustBeAccepted = "quotation_must_be_accepted", Conflict, "有偿维修须先由业主确认报价", "paid work needs an accepted quotation";
        WorkMustNotBeCharged = "work_must_not_be_charged", Conflict, "该工单已计费", "the work is charged already";
        WorkMustBeCharged = "work_must_be_charged", Conflict, "有偿维修须先计费", "paid work must be charged first";
        FeeItemMustBeOperating = "fee_item_must_be_operating", Invalid, "有偿维修须计入经营类收费项目", "paid work is charged under a fee item of the operating fund";
        UnitMustHaveObligor = "unit_must_have_obligor", Conflict, "该房屋当日没有缴费义务人", "nobody owes for the unit on that day";
        LabourMustBeInRange = "labour_must_be_in_range", Invalid, "工时不得超过 100000 分钟", "labour is at most 100000 minutes";
        QuantityMustBePositive = "quantity_must_be_positive", Invalid, "用料数量须大于零", "a quantity of material is above zero";
        TooManyMaterials = "too_many_materials", Invalid, "用料不得超过 50 项", "there are more than 50 materials";
        StarsMustBeInRange = "stars_must_be_in_range", Invalid, "评分为 1–5 星", "a rating has 1 to 5 stars";
        DaysMustBeInRange = "days_must_be_in_range", Invalid, "天数为 0–365", "the days lie between 0 and 365";
        ReopeningMustBeInTime = "reopening_must_be_in_time", Conflict, "已超过可重开的期限", "the days for reopening are over";
        ClosingMustWait = "closing_must_wait", Conflict, "业主尚未评价，且可重开的期限未满", "the owner has not rated and may still reopen";
    }
}
