//! Registers a person of a company; names and numbers lie in the vault under the person's key.

use crate::draft::{Decide, Draft};
use crate::id::{PersonId, VaultItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::person::{PersonRefusal, PersonRegistered};
use crate::refusal::Refusal;

/// A person becomes known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterPerson {
    /// The new person: a random id, never derived from a phone or identity number.
    pub person: PersonId,
    /// Name in the vault.
    pub name: VaultItemId,
    /// Mobile in the vault.
    pub mobile: Option<VaultItemId>,
    /// Identity number in the vault.
    pub identity: Option<VaultItemId>,
}

impl Decide for RegisterPerson {
    fn operation(&self) -> &'static str {
        "register_person"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Company])?;
        if draft.person(self.person).exists() {
            return Err(PersonRefusal::PersonMustBeNew.into());
        }
        draft.push(self.person, PersonRegistered { name: self.name, mobile: self.mobile, identity: self.identity });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};

    #[test]
    fn a_person_is_registered_once_and_in_the_company() {
        let register =
            RegisterPerson { person: PersonId(uuid(6)), name: VaultItemId(uuid(60)), mobile: None, identity: None };
        let mut story = Story::new().in_ledger(LedgerKind::Company);
        story.accepted(&register);
        assert!(story.draft().person(register.person).exists());
        assert_eq!(story.refused(&register), "person_must_be_new");
        assert_eq!(Story::new().in_ledger(LedgerKind::Community).refused(&register), "ledger_must_be_of_kind");
    }
}
