//! Refusals of a community.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a community in order of precedence.
    pub enum CommunityRefusal {
        CommunityMustExist = "community_must_exist", NotFound, "小区不存在", "the community does not exist";
        NoticeDaysMustBeInRange = "notice_days_must_be_in_range", Invalid, "通知天数为 0–365", "notice days lie between 0 and 365";
        LateFeeCeilingMustBeInRange = "late_fee_ceiling_must_be_in_range", Invalid, "违约金日费率上限须在 0 与 0.01 之间", "the ceiling of daily rates lies between 0 and 0.01";
        CashRoundingMustBeInRange = "cash_rounding_must_be_in_range", Invalid, "现金抹零限额须在 0.00 与 0.99 元之间", "what may be let go of a payment in cash lies between 0.00 and 0.99";
        LateFeeRateMustNotExceedCeiling = "late_fee_rate_must_not_exceed_ceiling", Invalid, "违约金日费率不得为负，也不得超过小区规定的上限", "a daily rate is not negative and not above the community's ceiling";
        LateFeeTermsMustBeInRange = "late_fee_terms_must_be_in_range", Invalid, "违约金宽限期为 0–365 天，封顶比例为 0–1", "days of grace lie between 0 and 365, a cap between 0 and 1";
        LateFeeMustNotBeOnFund = "late_fee_must_not_be_on_fund", Invalid, "押金和维修资金不计违约金", "deposits and maintenance funds bear no late fee";
        AttributeMustBeNew = "attribute_must_be_new", Conflict, "该属性已定义，或是系统自带的名称", "the attribute is defined already, or its name is one of the system's own";
        AttributeNameMustBeFree = "attribute_name_must_be_free", Invalid, "该名称是公式中的保留字", "the name is a word of formulas";
        TooManyAttributes = "too_many_attributes", Invalid, "自定义属性不得超过 50 个", "there are more than 50 attributes";
        BundleMustBeBounded = "bundle_must_be_bounded", Invalid, "收费套餐至多 20 个收费项目，且不得重复", "a bundle has at most 20 fee items, each once";
        GoLiveMustStand = "go_live_must_stand", Conflict, "小区启用日已设定，不得再次设定", "the community goes live once: its day stands";
        GoLiveMustBeSet = "go_live_must_be_set", Conflict, "小区尚未设定启用日", "the community has no day of going live yet";
        MoneyMustNotPrecedeGoLive = "money_must_not_precede_go_live", Conflict, "启用日之前只能有期初余额", "before the community goes live there are openings only";
    }
}
