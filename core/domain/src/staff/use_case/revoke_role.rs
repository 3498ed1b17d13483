//! Revokes a role in the scope in which it was granted.

use super::active;
use crate::draft::{Decide, Draft};
use crate::id::{LedgerId, StaffId};
use crate::refusal::Refusal;
use crate::staff::{Role, RoleRevoked, StaffRefusal};
use crate::stream::StreamRef;

/// A role ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeRole {
    /// Who loses it.
    pub staff: StaffId,
    /// The role.
    pub role: Role,
    /// As it was granted; absent: the whole company.
    pub community: Option<LedgerId>,
}

impl Decide for RevokeRole {
    fn operation(&self) -> &'static str {
        "revoke_role"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.staff.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let staff = active(draft, self.staff)?;
        if !staff.is_granted(self.role, self.community) {
            return Err(StaffRefusal::RoleMustBeGranted.into());
        }
        draft.push(self.staff, RoleRevoked { role: self.role, community: self.community });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::{RoleGranted, StaffHired};
    use crate::testing::{Story, uuid};

    #[test]
    fn only_a_granted_role_is_revoked() {
        let staff = StaffId(uuid(3));
        let revoke = RevokeRole { staff, role: Role::Auditor, community: None };
        assert_eq!(Story::new().refused(&revoke), "staff_must_be_active");
        let mut story = Story::new()
            .given(staff, StaffHired { name: uuid(30).into(), person: None })
            .given(staff, RoleGranted { role: Role::Auditor, community: None });
        let elsewhere = RevokeRole { community: Some(LedgerId(uuid(9))), ..revoke.clone() };
        assert_eq!(story.refused(&elsewhere), "role_must_be_granted");
        story.accepted(&revoke);
        assert_eq!(story.refused(&revoke), "role_must_be_granted");
    }
}
