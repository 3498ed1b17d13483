//! Refusals of a unit.

use super::state::UnitState;
use crate::draft::Draft;
use crate::id::UnitId;
use crate::refusal::{Refusal, refusals};
use std::sync::Arc;

refusals! {
    /// Refusals of a unit in order of precedence.
    pub enum UnitRefusal {
        UnitMustBeNew = "unit_must_be_new", Conflict, "该房屋已登记", "the unit is registered already";
        UnitMustExist = "unit_must_exist", NotFound, "房屋不存在", "the unit does not exist";
        UnitCodeMustBeFree = "unit_code_must_be_free", Conflict, "房屋编号已被占用", "the unit code belongs to another unit";
        UnitCodeMustChange = "unit_code_must_change", Conflict, "新编号与原编号相同", "the new code is the old one";
        AreaMustBeInRange = "area_must_be_in_range", Invalid, "面积为 0–1000000 平方米", "an area lies between 0 and 1000000 square metres";
        InnerAreaMustNotExceedBuildingArea = "inner_area_must_not_exceed_building_area", Invalid, "套内面积不得大于建筑面积", "the inner area must not exceed the building area";
        AttributeMustBeDefined = "attribute_must_be_defined", Invalid, "该属性未定义", "nobody defined this attribute";
        AttributeMustBeInRange = "attribute_must_be_in_range", Invalid, "户数为 0–1000 的整数，系数为 0–1000，其他属性为 -1000000–1000000", "a household count is a whole number from 0 to 1000, a coefficient lies between 0 and 1000, any other attribute between -1000000 and 1000000";
        TooManyFeeItems = "too_many_fee_items", Invalid, "收费项目不得超过 50 个", "there are more than 50 fee items";
        TenancyMustNotOverlap = "tenancy_must_not_overlap", Conflict, "租期与另一租约重叠", "the term overlaps another tenancy";
        OwnerMustChange = "owner_must_change", Conflict, "该日业主已是此责任方", "the party owns the unit on that day already";
        CreditChoiceMustFit = "credit_choice_must_fit", Invalid, "退还须写金额，转移须写金额和凭证，保留两者都不写；每笔预存只写一次", "a refund has an amount, a move an amount and evidence, what is left neither; each lot stands once";
        CreditMustBeSellers = "credit_must_be_sellers", Conflict, "该预存不属于原责任方", "the credit is not of whoever owned the unit until then";
        CreditMustBeDecided = "credit_must_be_decided", Conflict, "原责任方尚有预存，请逐笔写明退还、保留或转移", "whoever owned the unit until then has credit: say of each lot whether it is refunded, left or moved";
        FeeBundleMustExist = "fee_bundle_must_exist", Conflict, "该类房屋在该日没有收费套餐", "units of this kind have no bundle of fee items on that day";
        BundledUnitsMustBeBounded = "bundled_units_must_be_bounded", Invalid, "一次绑定 1–100 个房屋，且不得重复", "a bundle is attached to 1 to 100 units at a time, each once";
        BundleMustAttachSomething = "bundle_must_attach_something", Conflict, "这些房屋已绑定套餐内的全部收费项目", "every item of their bundles is attached to these units already";
        FeeItemMustBeAttachedOnce = "fee_item_must_be_attached_once", Conflict, "该收费项目在此期间已绑定", "the fee item is attached already for some of these days";
        FeeItemMustBeAttached = "fee_item_must_be_attached", Conflict, "该收费项目在此日未绑定", "the fee item is not attached on that day";
        DiscountMustExist = "discount_must_exist", NotFound, "该优惠不存在", "there is no such discount";
        DiscountMustBeInRange = "discount_must_be_in_range", Invalid, "优惠比例大于 0 小于 1、最多四位小数（全免请用免收），每月优惠金额大于 0 且不超过 1000000 元，期限不超过十年", "a part taken off lies between 0 and 1 with at most four decimals (free is a kind of its own), yuan per month are above 0 and at most 1000000, and the days are ten years at most";
        DiscountMustBeOfAFee = "discount_must_be_of_a_fee", Conflict, "押金和维修资金不适用优惠", "deposits and the maintenance fund have no discounts";
        DiscountMustBeByTime = "discount_must_be_by_time", Conflict, "只有按时间计收的收费项目可以优惠，表计和公摊不可以", "only what is charged by time has discounts, not what meters count or pools share";
        DiscountMustNotOverlap = "discount_must_not_overlap", Conflict, "该收费项目在此期间已有同类优惠", "the fee item has a discount of this kind for some of these days already";
        ChargedDaysMustBeDecided = "charged_days_must_be_decided", Conflict, "其中部分日期已出账，请写明已出账的保留原价还是调减", "some of these days are charged already: say whether these charges stay as they are or are reduced";
        CampaignMustBeOfFeeItem = "campaign_must_be_of_fee_item", Invalid, "活动优惠按收费项目设置，不逐户给予", "a campaign is granted for a fee item, not unit by unit";
        PrepaymentMustBeAccepted = "prepayment_must_be_accepted", Invalid, "预缴优惠由缴清全部月份取得，不能直接给予", "months are free to who accepts an offer and pays the others, not granted by hand";
        PrepaidMonthsMustBeWhole = "prepaid_months_must_be_whole", Invalid, "预缴须从计费月的首日开始，且为整月", "a prepayment begins on the first day of a month of the fee item and is for whole months";
        PrepaidMonthsMustBeginSoon = "prepaid_months_must_begin_soon", Invalid, "预缴的首日不得晚于今天起 12 个月", "the first of the months begins within twelve months from today";
        PrepaidMonthsMustBeAttached = "prepaid_months_must_be_attached", Conflict, "该收费项目未在全部月份绑定", "the fee item is not attached for all of these months";
        PrepaidMonthsMustBeBillable = "prepaid_months_must_be_billable", Conflict, "部分月份已出账或无法计费", "some of these months are charged already or cannot be charged";
        PrepaymentMustBeOfOneParty = "prepayment_must_be_of_one_party", Conflict, "这些月份内缴费义务人或约定缴费人有变更", "who owes or pays changes within these months";
        DiscountMustHoldThen = "discount_must_hold_then", Conflict, "该优惠在此日不在有效期内", "the discount does not hold on that day";
        DiscountedDaysMustNotBeCharged = "discounted_days_must_not_be_charged", Conflict, "该日起已有出账的应收，请从未出账的日期起终止，或先红冲", "days from then on are charged already: end it on a day that is not, or reverse their charges first";
        VacancyMustBeAppliedFor = "vacancy_must_be_applied_for", Invalid, "空置优惠须先申请、经查看后批准，不能直接给予", "a vacancy discount is applied for, looked at and approved, not granted at once";
        VacancyMustExist = "vacancy_must_exist", NotFound, "该空置申请不存在", "there is no such application for a vacancy discount";
        VacancyMustBeOperating = "vacancy_must_be_operating", Conflict, "空置优惠只适用于经营性收费项目", "a vacancy discount is for fee items of the operating fund only";
        VacancyMustBeAppliedOnce = "vacancy_must_be_applied_once", Conflict, "该收费项目在此期间已有待处理的空置申请", "an application for some of these days and this fee item is not decided yet";
        VacancyMustBeUndecided = "vacancy_must_be_undecided", Conflict, "该空置申请已处理到其他阶段", "the application is past this stage";
        VacancyMustBeInspectedByAnother = "vacancy_must_be_inspected_by_another", Forbidden, "查看须由申请人以外的人进行", "another than who applied must look";
        InspectionMustBeInRange = "inspection_must_be_in_range", Invalid, "查看日期不得晚于今天，照片不超过 20 张", "nobody looked after today, and there are at most 20 photos";
        VacancyMustBeFound = "vacancy_must_be_found", Conflict, "未经查看或查看时并非空置，不能批准", "nobody found the unit vacant";
        VacancyPolicyMustExist = "vacancy_policy_must_exist", Conflict, "该收费项目在申请期首日没有空置优惠标准", "no policy says what a vacancy takes off this fee item on the first of these days";
        VacancyMustBeApprovedByAnother = "vacancy_must_be_approved_by_another", Forbidden, "查看人不得批准同一空置申请", "who looked does not approve";
        AttachmentMustEndAfterBeginning = "attachment_must_end_after_beginning", Invalid, "结束日必须晚于开始日", "the attachment must end after it begins";
    }
}

/// The unit, or a refusal when it is not registered.
pub(super) fn existing(draft: &Draft<'_>, unit: UnitId) -> Result<Arc<UnitState>, Refusal> {
    let state = draft.unit(unit);
    if state.registered().is_some() { Ok(state) } else { Err(UnitRefusal::UnitMustExist.with("unit", unit)) }
}
