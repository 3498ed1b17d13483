//! Appoints a system administrator of the installation.

use crate::administrator::{AdministratorAppointed, AdministratorRefusal};
use crate::draft::{Decide, Draft};
use crate::id::{AdministratorId, VaultItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;

/// A system administrator begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppointAdministrator {
    /// The new administrator.
    pub administrator: AdministratorId,
    /// Name in the vault.
    pub name: Option<VaultItemId>,
}

impl Decide for AppointAdministrator {
    fn operation(&self) -> &'static str {
        "appoint_administrator"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Installation])?;
        if draft.administrator(self.administrator).exists() {
            return Err(AdministratorRefusal::AdministratorMustBeNew.into());
        }
        draft.push(self.administrator, AdministratorAppointed { name: self.name });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};

    #[test]
    fn an_administrator_is_appointed_once_and_in_the_installation() {
        let appoint = AppointAdministrator { administrator: AdministratorId(uuid(5)), name: None };
        let mut story = Story::new().in_ledger(LedgerKind::Installation);
        assert_eq!(story.accepted(&appoint).len(), 1);
        assert!(story.draft().administrator(appoint.administrator).is_active());
        assert_eq!(story.refused(&appoint), "administrator_must_be_new");
        assert_eq!(Story::new().in_ledger(LedgerKind::Company).refused(&appoint), "ledger_must_be_of_kind");
        assert_eq!(Story::new().refused(&appoint), "ledger_must_be_open");
    }
}
