//! Refusals of a fee item.

use super::event::Vat;
use crate::book::VatCategory;
use crate::refusal::{Refusal, refusals};
use rust_decimal::Decimal;

refusals! {
    /// Refusals of a fee item in order of precedence.
    pub enum FeeItemRefusal {
        FeeItemMustBeNew = "fee_item_must_be_new", Conflict, "收费项目已存在", "the fee item exists already";
        FeeItemMustExist = "fee_item_must_exist", NotFound, "收费项目不存在", "the fee item does not exist";
        PriorityMustBeInRange = "priority_must_be_in_range", Invalid, "优先级为 0–9999", "a priority lies between 0 and 9999";
        VatRateMustFitCategory = "vat_rate_must_fit_category", Invalid, "只有应税项目有税率，且大于 0、小于 1", "exactly a rated item has a rate, above 0 and below 1";
        PriceMustBeInRange = "price_must_be_in_range", Invalid, "单价为 0–100000 元（按表计量的至多四位小数），固定金额为 0–100000000 元", "a unit price lies between 0 and 100000 (with at most four decimals if meters are charged by it), a fixed amount between 0 and 100000000 yuan";
        FloorStepsMustAscend = "floor_steps_must_ascend", Invalid, "楼层阶梯为 1–50 级，起始楼层为整数且逐级升高", "floor steps are 1 to 50, each from a whole floor above the one before";
        TiersMustAscend = "tiers_must_ascend", Invalid, "阶梯为 1–10 级，上限逐级升高且至多四位小数，只有最后一级不设上限", "tiers are 1 to 10, each with a limit of at most four decimals above the one before, and only the last without one";
        UtilityMustStay = "utility_must_stay", Conflict, "计量收费项目的表类型不得改变，也不得与按时间计费互换", "a fee item stays with the kind of meters it is charged by, or with time";
        PricedByMustStay = "priced_by_must_stay", Conflict, "计量收费项目按用量发生日还是按抄表日计价，定后不得改变", "a fee item stays with the days of use, or with the day of the reading, as what decides the price of usage";
        ParkingMustBeIncome = "parking_must_be_income", Conflict, "临时停车只能是经营性或公共收益收费项目", "stays are charged by a fee item of the operating fund or of the owners' income";
        ParkingMustStay = "parking_must_stay", Conflict, "临时停车收费项目不得与其他计费方式互换", "a fee item stays with temporary stays, or with what units are charged for";
        ParkingMustNotBeOfUnits = "parking_must_not_be_of_units", Conflict, "临时停车收费项目不挂到房屋、车位上", "stays are nobody's unit's: their fee item is not attached, and no unit has a price of it";
        ParkingMustBeToTheFen = "parking_must_be_to_the_fen", Invalid, "临时停车的计费精确到分，不再取整", "what a stay costs is exact to the fen and not rounded";
        FreeMinutesMustBeInRange = "free_minutes_must_be_in_range", Invalid, "免费时长为 0–1440 分钟", "free minutes lie between 0 and 1440";
        ParkingBlocksMustBeInRange = "parking_blocks_must_be_in_range", Invalid, "每个计时段为 1–1440 分钟、0–10000 元，首时段金额须大于 0", "a block has 1 to 1440 minutes and costs 0 to 10000 yuan, the first one more than nothing";
        ParkingStepsMustAscend = "parking_steps_must_ascend", Invalid, "分段至多 10 级，起始小时为 1–720，逐级升高且不早于首时段结束", "steps are at most 10, each after more hours (1 to 720) than the one before and not before the first block ends";
        ParkingCapMustCoverBlocks = "parking_cap_must_cover_blocks", Invalid, "每日封顶不得低于任一计时段的金额，且不超过 100000 元", "the cap of a day is not below any block, and at most 100000 yuan";
        FormulaMustBeReadable = "formula_must_be_readable", Invalid, "公式无法识别：只能用数字、变量、+ - * /、比较、if … else …、min、max、round", "this is not a formula: numbers, variables, + - * /, comparisons, if … else …, min, max and round are";
        FormulaMustNameKnown = "formula_must_name_known", Invalid, "公式中有未定义的变量", "the formula names a variable that nobody defined";
        FormulaMustNameUsage = "formula_must_name_usage", Invalid, "按用量计费的公式必须用到变量 usage（用量）", "a formula over what meters count names usage";
        FormulaMustFitUnits = "formula_must_fit_units", Conflict, "公式对部分房屋算不出金额：缺少数据、除数为零或结果为负", "the formula says no amount for some units: a value is missing, it divides by zero, or it comes to less than nothing";
        CycleMustDivideYear = "cycle_must_divide_year", Invalid, "缴费周期为 1、2、3、4、6 或 12 个月", "a cycle has 1, 2, 3, 4, 6 or 12 months";
        DueRuleMustBeInRange = "due_rule_must_be_in_range", Invalid, "到期日为每月 1–31 日，或出账后 0–365 天", "the due day lies between 1 and 31, the days after publication between 0 and 365";
        VacancyPolicyMustBeOperating = "vacancy_policy_must_be_operating", Conflict, "只有经营性收费项目可以设空置优惠标准", "only fee items of the operating fund have a policy for vacancies";
        VacancyPolicyMustBeInRange = "vacancy_policy_must_be_in_range", Invalid, "空置优惠比例大于 0 小于 1，最多四位小数", "the part taken off lies between 0 and 1 with at most four decimals";
        PrepaymentMustBeOperating = "prepayment_must_be_operating", Conflict, "只有经营性收费项目可以设预缴优惠", "only fee items of the operating fund have prepayment offers";
        PrepaymentMonthsMustBeInRange = "prepayment_months_must_be_in_range", Invalid, "预缴优惠为 2–36 个月，其中免费月数至少 1 个月且少于总月数", "an offer has 2 to 36 months, of which at least one and not all are free";
        PrepaymentOfferMustNotOverlap = "prepayment_offer_must_not_overlap", Conflict, "该收费项目在此期间已有相同月数的预缴优惠", "the fee item has an offer of as many months on some of these days already";
        PrepaymentOfferMustExist = "prepayment_offer_must_exist", NotFound, "该预缴优惠不存在", "there is no such prepayment offer";
        PrepaymentOfferMustHoldThen = "prepayment_offer_must_hold_then", Conflict, "该预缴优惠在此日不在有效期内", "the offer does not hold on that day";
        FeeItemMustBeOfMaintenanceFund = "fee_item_must_be_of_maintenance_fund", Conflict, "只有维修资金项目可以这样设置或催缴", "only a fee item of the maintenance fund has such rules and demands";
        TopUpRuleMustBeInRange = "top_up_rule_must_be_in_range", Invalid, "续筹线与续筹目标大于 0、不超过 1，最多四位小数，且续筹线不高于目标", "both parts lie above 0 and not above 1 with at most four decimals, and units are asked below no more than they are asked up to";
        TaxCodeMustBeOfOwnIncome = "tax_code_must_be_of_own_income", Conflict, "只有经营性收费项目可以设置税收分类编码", "only fee items of the operating fund have a tax classification: what is collected for others is not invoiced";
        UtilityMustBePassThrough = "utility_must_be_pass_through", Invalid, "只有代收代付项目可归属公用事业类别", "only a pass-through item collects for a utility";
        UtilityMustChange = "utility_must_change", Conflict, "该项目已归属此类别", "the item collects for this utility already";
        VersionMustNotBeEarlier = "version_must_not_be_earlier", Conflict, "新版本的生效日不得早于最近一个版本", "a version must not begin before the latest one; on the same day it supersedes it";
    }
}

/// Refuses a tax treatment whose rate does not fit its category.
pub(crate) fn vat_must_fit(vat: &Vat) -> Result<(), Refusal> {
    let fits = match (vat.category, vat.rate) {
        (VatCategory::Rated, Some(rate)) => Decimal::ZERO < rate.decimal() && rate.decimal() < Decimal::ONE,
        (VatCategory::Rated, None) => false,
        (VatCategory::Exempt | VatCategory::NotTaxable | VatCategory::ZeroRated, rate) => rate.is_none(),
    };
    if fits { Ok(()) } else { Err(FeeItemRefusal::VatRateMustFitCategory.at("/vat")) }
}
