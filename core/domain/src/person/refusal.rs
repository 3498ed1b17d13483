//! Refusals of a person.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a person in order of precedence.
    pub enum PersonRefusal {
        PersonMustBeNew = "person_must_be_new", Conflict, "该人员已登记", "the person is registered already";
        PersonMustExist = "person_must_exist", NotFound, "人员不存在", "the person does not exist";
        PersonMustNotBeErased = "person_must_not_be_erased", Conflict, "该人员的个人信息已删除", "what was known about the person is erased";
    }
}
