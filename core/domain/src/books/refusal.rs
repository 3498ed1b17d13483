//! What the rules of the books refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of the books.
    pub enum BooksRefusal {
        AllowanceMustNotBeNegative = "allowance_must_not_be_negative", Invalid, "累计计提的坏账准备不得为负", "what was provided for is not negative";
        AllowanceMustChange = "allowance_must_change", Conflict, "累计计提的坏账准备已是该金额", "so much was provided for already";
    }
}
