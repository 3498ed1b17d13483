//! The fold of a `books` stream.

use super::event::BooksEvent;
use crate::draft::Fact;
use crate::money::Money;

/// The fold of a `books` stream.
#[derive(Debug, Clone, Default)]
pub struct BooksState {
    provided: Money,
}

impl BooksState {
    /// What was ever provided for losses, before what was written off against it.
    pub fn provided(&self) -> Money {
        self.provided
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &BooksEvent, _fact: &Fact<'_>) {
        match event {
            BooksEvent::AllowanceSet(e) => self.provided = e.provided,
        }
    }
}
