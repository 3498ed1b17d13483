//! Says which person of the company a member of staff is, so that they decide nothing about units of theirs.

use super::active;
use crate::draft::{Decide, Draft};
use crate::id::{PersonId, StaffId};
use crate::refusal::Refusal;
use crate::staff::{StaffLinked, StaffRefusal};
use crate::stream::StreamRef;

/// Links a member of staff to a person; a later link replaces the earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkStaff {
    /// Who.
    pub staff: StaffId,
    /// The person they are.
    pub person: PersonId,
}

impl Decide for LinkStaff {
    fn operation(&self) -> &'static str {
        "link_staff"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.staff.into(), self.person.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let staff = active(draft, self.staff)?;
        draft.person(self.person).must_be_known().map_err(|refusal| refusal.at("/person"))?;
        if staff.person() == Some(self.person) {
            return Err(StaffRefusal::LinkMustBeNew.at("/person"));
        }
        draft.push(self.staff, StaffLinked { person: self.person });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::PersonRegistered;
    use crate::staff::StaffHired;
    use crate::testing::{Story, uuid};

    #[test]
    fn a_member_of_staff_is_a_person_whom_the_company_knows() {
        let (staff, person) = (StaffId(uuid(3)), PersonId(uuid(60)));
        let link = LinkStaff { staff, person };
        assert_eq!(Story::new().refused(&link), "staff_must_be_active");
        let mut story = Story::new().given(staff, StaffHired { name: uuid(30).into(), person: None });
        assert_eq!(story.refused(&link), "person_must_exist");
        let known = PersonRegistered { name: uuid(31).into(), mobile: None, identity: None };
        let mut story = story.given(person, known);
        story.accepted(&link);
        assert_eq!(story.draft().staff(staff).person(), Some(person));
        assert_eq!(story.refused(&link), "link_must_be_new");
    }
}
