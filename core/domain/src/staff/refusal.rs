//! Refusals of staff.

use crate::refusal::refusals;

refusals! {
    /// Refusals of staff in order of precedence.
    pub enum StaffRefusal {
        StaffMustBeNew = "staff_must_be_new", Conflict, "该员工已存在", "the member of staff exists already";
        StaffMustBeActive = "staff_must_be_active", NotFound, "员工不存在或已离职", "the member of staff does not exist or has left";
        LinkMustBeNew = "link_must_be_new", Conflict, "该员工已关联此人员", "the member of staff is linked to this person already";
        RoleMustBeStaffRole = "role_must_be_staff_role", Invalid, "业主身份不授予员工", "the role of an owner is not granted to staff";
        RoleMustFitOthers = "role_must_fit_others", Conflict, "该角色与员工已有角色不相容：管理员与资金岗位、审计与其他岗位、三员之间须由不同的人担任", "the role does not go with one that is held: administrators and money, audit and anything else, and the three administrators are different people";
        RoleMustBeNew = "role_must_be_new", Conflict, "该角色已授予", "the role is granted already";
        RoleMustBeGranted = "role_must_be_granted", NotFound, "未授予该角色", "the role is not granted";
    }
}
