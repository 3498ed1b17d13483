//! Hires a member of staff; roles are granted apart.

use crate::draft::{Decide, Draft};
use crate::id::{StaffId, VaultItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::staff::{StaffHired, StaffRefusal};

/// A member of staff begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HireStaff {
    /// The new member of staff.
    pub staff: StaffId,
    /// Name in the vault.
    pub name: VaultItemId,
}

impl Decide for HireStaff {
    fn operation(&self) -> &'static str {
        "hire_staff"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Company])?;
        if draft.staff(self.staff).exists() {
            return Err(StaffRefusal::StaffMustBeNew.into());
        }
        draft.push(self.staff, StaffHired { name: self.name });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};

    #[test]
    fn staff_is_hired_once_and_by_a_company() {
        let hire = HireStaff { staff: StaffId(uuid(3)), name: VaultItemId(uuid(30)) };
        let mut story = Story::new().in_ledger(LedgerKind::Company);
        story.accepted(&hire);
        assert!(story.draft().staff(hire.staff).is_active());
        assert_eq!(story.refused(&hire), "staff_must_be_new");
        assert_eq!(Story::new().in_ledger(LedgerKind::Community).refused(&hire), "ledger_must_be_of_kind");
    }
}
