//! The fold of a `staff` stream: what its rules need to know.

use super::event::{Role, StaffEvent};
use crate::draft::Fact;
use crate::id::{LedgerId, PersonId};
use std::collections::BTreeSet;

/// The fold of a `staff` stream.
#[derive(Debug, Clone, Default)]
pub struct StaffState {
    hired: bool,
    left: bool,
    person: Option<PersonId>,
    roles: BTreeSet<(Role, Option<LedgerId>)>,
}

impl StaffState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &StaffEvent, _fact: &Fact<'_>) {
        match event {
            StaffEvent::StaffHired(hired) => (self.hired, self.person) = (true, hired.person),
            StaffEvent::StaffLinked(linked) => self.person = Some(linked.person),
            StaffEvent::RoleGranted(granted) => {
                self.roles.insert((granted.role, granted.community));
            }
            StaffEvent::RoleRevoked(revoked) => {
                self.roles.remove(&(revoked.role, revoked.community));
            }
            StaffEvent::StaffLeft(_) => {
                self.left = true;
                self.roles.clear();
            }
        }
    }

    /// True once hired, for ever.
    pub fn exists(&self) -> bool {
        self.hired
    }

    /// True from the first day to the last.
    pub fn is_active(&self) -> bool {
        self.hired && !self.left
    }

    /// The person they are, if that was said.
    pub fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// True when the role was granted in exactly this scope (nothing: the whole company).
    pub fn is_granted(&self, role: Role, community: Option<LedgerId>) -> bool {
        self.roles.contains(&(role, community))
    }

    /// The roles with their scopes; a scope of nothing is the whole company.
    pub fn roles(&self) -> impl Iterator<Item = (Role, Option<LedgerId>)> + '_ {
        self.roles.iter().copied()
    }

    /// True when the role holds in a community, granted there or in the whole company.
    pub fn has_role(&self, role: Role, community: LedgerId) -> bool {
        self.is_granted(role, None) || self.is_granted(role, Some(community))
    }
}
