//! Records that everything the vault held about a person is to go: first this fact, then the key.

use crate::draft::{Decide, Draft};
use crate::id::PersonId;
use crate::person::PersonErased;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// What is known about the person is erased; the pseudonym stays in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasePerson {
    /// Who.
    pub person: PersonId,
}

impl Decide for ErasePerson {
    fn operation(&self) -> &'static str {
        "erase_person"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.person.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        draft.person(self.person).must_be_known()?;
        draft.push(self.person, PersonErased {});
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::VaultItemId;
    use crate::person::PersonRegistered;
    use crate::testing::{Story, uuid};

    #[test]
    fn a_person_is_erased_once() {
        let erase = ErasePerson { person: PersonId(uuid(6)) };
        assert_eq!(Story::new().refused(&erase), "person_must_exist");
        let mut story = Story::new()
            .given(erase.person, PersonRegistered { name: VaultItemId(uuid(60)), mobile: None, identity: None });
        story.accepted(&erase);
        assert!(story.draft().person(erase.person).is_erased());
        assert_eq!(story.refused(&erase), "person_must_not_be_erased");
    }
}
