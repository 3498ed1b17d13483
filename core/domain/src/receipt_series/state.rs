//! The fold of a `receipt_series` stream: what its rules need to know.

use super::event::ReceiptSeriesEvent;
use crate::draft::Fact;

/// The fold of a `receipt_series` stream.
#[derive(Debug, Clone, Default)]
pub struct ReceiptSeriesState {}

impl ReceiptSeriesState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, _event: &ReceiptSeriesEvent, _fact: &Fact<'_>) {}
}
