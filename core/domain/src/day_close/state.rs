//! The fold of a `day_close` stream: what was said last.

use super::event::{DayCloseEvent, DayClosed};
use crate::draft::Fact;
use std::sync::Arc;

/// The fold of a `day_close` stream.
#[derive(Debug, Clone, Default)]
pub struct DayCloseState {
    closed: Option<Arc<DayClosed>>,
}

impl DayCloseState {
    /// The last close; nothing in an empty stream.
    pub fn closed(&self) -> Option<&Arc<DayClosed>> {
        self.closed.as_ref()
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &DayCloseEvent, _fact: &Fact<'_>) {
        match event {
            DayCloseEvent::DayClosed(e) => self.closed = Some(Arc::new(e.clone())),
        }
    }
}
