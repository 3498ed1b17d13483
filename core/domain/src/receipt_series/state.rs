//! The fold of a `receipt_series` stream. Its numbers are the stream's own count, so there is nothing to fold.

use super::event::ReceiptSeriesEvent;
use crate::draft::Fact;

/// The fold of a `receipt_series` stream.
#[derive(Debug, Clone, Default)]
pub struct ReceiptSeriesState {}

impl ReceiptSeriesState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ReceiptSeriesEvent, _fact: &Fact<'_>) {
        match event {
            ReceiptSeriesEvent::ReceiptNumbered(_) => {}
        }
    }
}
