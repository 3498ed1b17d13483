//! Changes a person's mobile.

use crate::draft::{Decide, Draft};
use crate::id::{PersonId, VaultItemId};
use crate::person::PersonContactChanged;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Another mobile from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeContact {
    /// Whose.
    pub person: PersonId,
    /// Mobile in the vault.
    pub mobile: VaultItemId,
}

impl Decide for ChangeContact {
    fn operation(&self) -> &'static str {
        "change_contact"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.person.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        draft.person(self.person).must_be_known()?;
        draft.push(self.person, PersonContactChanged { mobile: self.mobile });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{PersonErased, PersonRegistered};
    use crate::testing::{Story, uuid};

    #[test]
    fn only_a_known_person_has_a_contact() {
        let change = ChangeContact { person: PersonId(uuid(6)), mobile: VaultItemId(uuid(61)) };
        assert_eq!(Story::new().refused(&change), "person_must_exist");
        let mut story = Story::new()
            .given(change.person, PersonRegistered { name: VaultItemId(uuid(60)), mobile: None, identity: None });
        assert_eq!(story.accepted(&change).len(), 1);
        assert_eq!(story.given(change.person, PersonErased {}).refused(&change), "person_must_not_be_erased");
    }
}
