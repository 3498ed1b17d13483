//! Refusals of a company.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a company in order of precedence.
    pub enum CompanyRefusal {
        SocialCreditCodeMustBeValid = "social_credit_code_must_be_valid", Invalid, "统一社会信用代码不正确", "the unified social credit code is not correct";
        RoleMustDecideAboutMoney = "role_must_decide_about_money", Invalid, "只有财务和客服角色可以设置额度", "only finance and customer service have a limit";
        LimitMustNotBeNegative = "limit_must_not_be_negative", Invalid, "额度不得为负数", "a limit is not negative";
        LimitMustNotBeEarlier = "limit_must_not_be_earlier", Conflict, "新额度的生效日不得早于今天，也不得早于最近一次设置", "a limit must not begin before today or before the latest one of its role";
    }
}
