//! The fold of a `company` stream: what its rules need to know.

use super::event::CompanyEvent;
use crate::draft::Fact;

/// The fold of a `company` stream.
#[derive(Debug, Clone, Default)]
pub struct CompanyState {
    created: bool,
}

impl CompanyState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &CompanyEvent, _fact: &Fact<'_>) {
        match event {
            CompanyEvent::CompanyCreated(_) => self.created = true,
        }
    }

    /// True once created.
    pub fn exists(&self) -> bool {
        self.created
    }
}
