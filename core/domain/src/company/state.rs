//! The fold of a `company` stream: what its rules need to know.

use super::event::{CompanyEvent, RoleLimitSet};
use crate::dated::Dated;
use crate::draft::Fact;
use crate::staff::Role;
use std::collections::BTreeMap;

/// The fold of a `company` stream, in the installation's ledger (it exists) or in its own (its limits).
#[derive(Debug, Clone, Default)]
pub struct CompanyState {
    created: bool,
    limits: BTreeMap<Role, Dated<RoleLimitSet>>,
}

impl CompanyState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &CompanyEvent, _fact: &Fact<'_>) {
        match event {
            CompanyEvent::CompanyCreated(_) => self.created = true,
            // What is printed is no rule's business.
            CompanyEvent::StampSet(_) => {}
            CompanyEvent::RoleLimitSet(set) => self.limits.entry(set.role).or_default().set(set.from, set.clone()),
        }
    }

    /// True once created; known in the installation's ledger only.
    pub fn exists(&self) -> bool {
        self.created
    }

    /// The limit of a role with the latest first day; known in the company's own ledger only.
    pub fn last_limit(&self, role: Role) -> Option<&RoleLimitSet> {
        self.limits.get(&role).and_then(Dated::last).map(|(_, limit)| limit)
    }
}
