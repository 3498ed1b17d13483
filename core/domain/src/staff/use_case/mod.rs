//! Commands of staff, one file each.

mod grant_role;
mod hire_staff;
mod leave_staff;
mod revoke_role;

pub use grant_role::GrantRole;
pub use hire_staff::HireStaff;
pub use leave_staff::LeaveStaff;
pub use revoke_role::RevokeRole;
