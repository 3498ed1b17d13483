//! Dismisses a system administrator: by another active one, so the last one always stays.

use crate::administrator::{AdministratorDismissed, AdministratorRefusal};
use crate::draft::{Decide, Draft};
use crate::id::AdministratorId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// A system administrator ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DismissAdministrator {
    /// Who ends.
    pub administrator: AdministratorId,
}

impl Decide for DismissAdministrator {
    fn operation(&self) -> &'static str {
        "dismiss_administrator"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.administrator.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Installation])?;
        if !draft.administrator(self.administrator).is_active() {
            return Err(AdministratorRefusal::AdministratorMustBeActive.into());
        }
        let actor = AdministratorId(draft.context.actor.id);
        if !draft.administrator(actor).is_active() {
            return Err(AdministratorRefusal::ActorMustBeAdministrator.into());
        }
        if actor == self.administrator {
            return Err(AdministratorRefusal::AdministratorMustNotDismissHimself.into());
        }
        draft.push(self.administrator, AdministratorDismissed {});
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::administrator::AdministratorAppointed;
    use crate::envelope::{Actor, ActorKind};
    use crate::testing::{Story, uuid};

    fn administrator(n: u128) -> AdministratorId {
        AdministratorId(uuid(n))
    }

    fn dismiss(n: u128) -> DismissAdministrator {
        DismissAdministrator { administrator: administrator(n) }
    }

    /// The story's actor is `uuid(1)`.
    fn two() -> Story {
        Story::new()
            .in_ledger(LedgerKind::Installation)
            .given(administrator(1), AdministratorAppointed { name: None })
            .given(administrator(2), AdministratorAppointed { name: None })
    }

    #[test]
    fn one_administrator_always_remains() {
        let mut story = two();
        assert_eq!(story.refused(&dismiss(1)), "administrator_must_not_dismiss_himself");
        assert_eq!(story.accepted(&dismiss(2)).len(), 1);
        assert_eq!(story.refused(&dismiss(2)), "administrator_must_be_active");
        assert_eq!(story.refused(&dismiss(9)), "administrator_must_be_active");
        // The dismissed one can no longer answer in kind.
        let mut other = story.by(Actor { kind: ActorKind::Staff, id: uuid(2) });
        assert_eq!(other.refused(&dismiss(1)), "actor_must_be_administrator");
    }
}
