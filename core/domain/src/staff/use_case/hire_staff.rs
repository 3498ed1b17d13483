//! Hires a member of staff; roles are granted apart.

use crate::draft::{Decide, Draft};
use crate::id::{PersonId, StaffId, VaultItemId};
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
    /// The person they are, where the company knows them as an owner or tenant too.
    pub person: Option<PersonId>,
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
        if let Some(person) = self.person {
            draft.person(person).must_be_known().map_err(|refusal| refusal.at("/person"))?;
        }
        draft.push(self.staff, StaffHired { name: self.name, person: self.person });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};

    #[test]
    fn staff_is_hired_once_and_by_a_company() {
        let hire = HireStaff { staff: StaffId(uuid(3)), name: VaultItemId(uuid(30)), person: None };
        let mut story = Story::new().in_ledger(LedgerKind::Company);
        story.accepted(&hire);
        assert!(story.draft().staff(hire.staff).is_active());
        assert_eq!(story.refused(&hire), "staff_must_be_new");
        let nobody = HireStaff { staff: StaffId(uuid(4)), person: Some(PersonId(uuid(404))), ..hire.clone() };
        assert_eq!(story.refused(&nobody), "person_must_exist");
        assert_eq!(Story::new().in_ledger(LedgerKind::Community).refused(&hire), "ledger_must_be_of_kind");
    }
}
