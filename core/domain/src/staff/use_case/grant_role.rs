//! Grants a role to a member of staff, in one community or in the whole company.

use super::active;
use crate::community::CommunityRefusal;
use crate::draft::{Decide, Draft};
use crate::id::{CommunityId, LedgerId, StaffId};
use crate::refusal::Refusal;
use crate::staff::{Role, RoleGranted, StaffRefusal};
use crate::stream::StreamRef;

/// A role begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRole {
    /// Who gets it.
    pub staff: StaffId,
    /// The role; owners are not staff.
    pub role: Role,
    /// Only in this community; absent: the whole company.
    pub community: Option<LedgerId>,
}

impl Decide for GrantRole {
    fn operation(&self) -> &'static str {
        "grant_role"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.staff.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let staff = active(draft, self.staff)?;
        if self.role == Role::Owner {
            return Err(StaffRefusal::RoleMustBeStaffRole.at("/role"));
        }
        if self.community.is_some_and(|community| !draft.community(CommunityId(community.uuid())).exists()) {
            return Err(CommunityRefusal::CommunityMustExist.at("/community"));
        }
        if staff.is_granted(self.role, self.community) {
            return Err(StaffRefusal::RoleMustBeNew.into());
        }
        if staff.roles().any(|(held, _)| !held.goes_with(self.role)) {
            return Err(StaffRefusal::RoleMustFitOthers.at("/role"));
        }
        draft.push(self.staff, RoleGranted { role: self.role, community: self.community });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::CommunityCreated;
    use crate::ledger::LedgerClock;
    use crate::staff::StaffHired;
    use crate::testing::{Story, uuid};

    const HERE: LedgerId = LedgerId(uuid::Uuid::from_u128(40));

    fn grant(role: Role, community: Option<LedgerId>) -> GrantRole {
        GrantRole { staff: StaffId(uuid(3)), role, community }
    }

    fn story() -> Story {
        Story::new().given(StaffId(uuid(3)), StaffHired { name: uuid(30).into(), person: None }).given(
            CommunityId(HERE.uuid()),
            CommunityCreated {
                community: HERE,
                code: "YL".parse().unwrap(),
                name: "云璟花园".parse().unwrap(),
                clock: LedgerClock::System,
            },
        )
    }

    #[test]
    fn a_role_holds_in_its_scope() {
        let mut story = story();
        story.accepted(&grant(Role::Cashier, Some(HERE)));
        story.accepted(&grant(Role::Finance, None));
        let staff = story.draft().staff(StaffId(uuid(3)));
        assert!(staff.has_role(Role::Cashier, HERE) && !staff.has_role(Role::Cashier, LedgerId(uuid(41))));
        assert!(staff.has_role(Role::Finance, LedgerId(uuid(41))));
        assert_eq!(staff.roles().count(), 2);
        assert_eq!(story.refused(&grant(Role::Finance, None)), "role_must_be_new");
    }

    #[test]
    fn roles_that_check_each_other_never_meet_in_one_person() {
        let pairs = [
            (Role::SuperAdmin, Role::Cashier),
            (Role::Finance, Role::SystemAdmin),
            (Role::SystemAdmin, Role::SecurityAdmin),
            (Role::AuditAdmin, Role::SecurityAdmin),
            (Role::Auditor, Role::CustomerService),
            (Role::Maintenance, Role::Auditor),
        ];
        for (held, wanted) in pairs {
            let mut story = story();
            story.accepted(&grant(held, None));
            assert_eq!(story.refused(&grant(wanted, Some(HERE))), "role_must_fit_others", "{held} {wanted}");
        }
        let mut story = story();
        for together in [Role::Auditor, Role::AuditAdmin, Role::Manager] {
            story.accepted(&grant(together, None));
        }
    }

    #[test]
    fn what_cannot_be_granted_is_refused() {
        assert_eq!(Story::new().refused(&grant(Role::Cashier, None)), "staff_must_be_active");
        assert_eq!(story().refused(&grant(Role::Owner, None)), "role_must_be_staff_role");
        assert_eq!(story().refused(&grant(Role::Cashier, Some(LedgerId(uuid(41))))), "community_must_exist");
    }
}
