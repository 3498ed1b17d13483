//! Refusals of a company.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a company in order of precedence.
    pub enum CompanyRefusal {
        SocialCreditCodeMustBeValid = "social_credit_code_must_be_valid", Invalid, "统一社会信用代码不正确", "the unified social credit code is not correct";
    }
}
