//! Refusals of an administrator.

use crate::refusal::refusals;

refusals! {
    /// Refusals of an administrator in order of precedence.
    pub enum AdministratorRefusal {
        AdministratorMustBeNew = "administrator_must_be_new", Conflict, "该系统管理员已存在", "the administrator exists already";
        AdministratorMustBeActive = "administrator_must_be_active", NotFound, "系统管理员不存在或已离任", "the administrator does not exist or was dismissed";
        ActorMustBeAdministrator = "actor_must_be_administrator", Forbidden, "只有在任的系统管理员可以执行该操作", "only an active administrator may do this";
        AdministratorMustNotDismissHimself = "administrator_must_not_dismiss_himself", Conflict, "系统管理员不能解除自己，至少保留一名", "nobody dismisses himself, so that one administrator always remains";
    }
}
