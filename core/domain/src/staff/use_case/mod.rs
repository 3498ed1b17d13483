//! Commands of staff, one file each.

mod grant_role;
mod hire_staff;
mod leave_staff;
mod link_staff;
mod revoke_role;

pub use grant_role::GrantRole;
pub use hire_staff::HireStaff;
pub use leave_staff::LeaveStaff;
pub use link_staff::LinkStaff;
pub use revoke_role::RevokeRole;

use super::refusal::StaffRefusal;
use super::state::StaffState;
use crate::draft::Draft;
use crate::id::StaffId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A member of staff who was hired and has not left.
fn active(draft: &Draft<'_>, staff: StaffId) -> Result<Arc<StaffState>, Refusal> {
    let state = draft.staff(staff);
    if state.is_active() { Ok(state) } else { Err(StaffRefusal::StaffMustBeActive.into()) }
}
