//! Ends a member of staff: every role ends with it.

use super::active;
use crate::draft::{Decide, Draft};
use crate::id::StaffId;
use crate::refusal::Refusal;
use crate::staff::StaffLeft;
use crate::stream::StreamRef;

/// A member of staff ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveStaff {
    /// Who leaves.
    pub staff: StaffId,
}

impl Decide for LeaveStaff {
    fn operation(&self) -> &'static str {
        "leave_staff"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.staff.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        active(draft, self.staff)?;
        draft.push(self.staff, StaffLeft {});
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::{Role, RoleGranted, StaffHired};
    use crate::testing::{Story, uuid};

    #[test]
    fn roles_end_with_the_work() {
        let leave = LeaveStaff { staff: StaffId(uuid(3)) };
        let mut story = Story::new()
            .given(leave.staff, StaffHired { name: uuid(30).into(), person: None })
            .given(leave.staff, RoleGranted { role: Role::Finance, community: None });
        story.accepted(&leave);
        assert_eq!(story.draft().staff(leave.staff).roles().count(), 0);
        assert_eq!(story.refused(&leave), "staff_must_be_active");
    }
}
