//! The fold of an `administrator` stream: what its rules need to know.

use super::event::AdministratorEvent;
use crate::draft::Fact;

/// The fold of an `administrator` stream.
#[derive(Debug, Clone, Default)]
pub struct AdministratorState {
    appointed: bool,
    dismissed: bool,
}

impl AdministratorState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &AdministratorEvent, _fact: &Fact<'_>) {
        match event {
            AdministratorEvent::AdministratorAppointed(_) => self.appointed = true,
            AdministratorEvent::AdministratorDismissed(_) => self.dismissed = true,
        }
    }

    /// True once appointed, for ever.
    pub fn exists(&self) -> bool {
        self.appointed
    }

    /// True from the appointment to the dismissal.
    pub fn is_active(&self) -> bool {
        self.appointed && !self.dismissed
    }
}
