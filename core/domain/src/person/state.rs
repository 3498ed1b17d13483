//! The fold of a `person` stream: what its rules need to know.

use super::event::PersonEvent;
use super::refusal::PersonRefusal;
use crate::draft::Fact;

/// The fold of a `person` stream.
#[derive(Debug, Clone, Default)]
pub struct PersonState {
    registered: bool,
    erased: bool,
}

impl PersonState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &PersonEvent, _fact: &Fact<'_>) {
        match event {
            PersonEvent::PersonRegistered(_) => self.registered = true,
            // Which mobile is today's is the vault's and the projections' business.
            PersonEvent::PersonContactChanged(_) => {}
            PersonEvent::PersonErased(_) => self.erased = true,
        }
    }

    /// True once registered, for ever.
    pub fn exists(&self) -> bool {
        self.registered
    }

    /// True once erased.
    pub fn is_erased(&self) -> bool {
        self.erased
    }

    /// Refuses unless the person is known and not erased.
    pub(crate) fn must_be_known(&self) -> Result<(), PersonRefusal> {
        match (self.registered, self.erased) {
            (false, _) => Err(PersonRefusal::PersonMustExist),
            (true, true) => Err(PersonRefusal::PersonMustNotBeErased),
            (true, false) => Ok(()),
        }
    }
}
