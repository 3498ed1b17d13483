//! The fold of a `party` stream: what its rules need to know.

use super::event::{PartyEvent, PartyFormed, PartyKind};
use crate::draft::Fact;
use crate::id::PersonId;

/// The fold of a `party` stream.
#[derive(Debug, Clone, Default)]
pub struct PartyState {
    formed: Option<PartyFormed>,
    contact: Option<PersonId>,
}

impl PartyState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &PartyEvent, _fact: &Fact<'_>) {
        match event {
            PartyEvent::PartyFormed(formed) => {
                self.contact = formed.contact;
                self.formed = Some(formed.clone());
            }
            PartyEvent::PartyContactChanged(changed) => self.contact = Some(changed.contact),
        }
    }

    /// What it is; nothing until it is formed.
    pub fn kind(&self) -> Option<PartyKind> {
        self.formed.as_ref().map(|formed| formed.kind)
    }

    /// Whom to tell, if it has said so.
    pub fn contact(&self) -> Option<PersonId> {
        self.contact
    }

    /// True for one of its members.
    pub fn has_member(&self, person: PersonId) -> bool {
        self.formed.as_ref().is_some_and(|formed| formed.members.iter().any(|member| member.person == person))
    }
}
