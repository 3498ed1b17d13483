//! The fold of a `shift` stream: whose box it is and what should lie in it.

use super::event::{ShiftEvent, ShiftOpened};
use crate::draft::Fact;
use crate::money::Money;

/// The fold of a `shift` stream.
#[derive(Debug, Clone, Default)]
pub struct ShiftState {
    opened: Option<ShiftOpened>,
    closed: bool,
    slips: u32,
    expected: Money,
}

impl ShiftState {
    /// How it began; nothing in an empty stream.
    pub fn opened(&self) -> Option<&ShiftOpened> {
        self.opened.as_ref()
    }

    /// True from its opening until it is closed.
    pub fn is_open(&self) -> bool {
        self.opened.is_some() && !self.closed
    }

    /// Slips so far.
    pub fn slips(&self) -> u32 {
        self.slips
    }

    /// What should lie in the box.
    pub fn expected(&self) -> Money {
        self.expected
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ShiftEvent, _fact: &Fact<'_>) {
        match event {
            ShiftEvent::ShiftOpened(e) => {
                self.expected = e.float;
                self.opened = Some(e.clone());
            }
            ShiftEvent::CashTaken(e) => {
                self.slips = e.slip.0;
                self.expected = self.expected.fold(e.amount);
            }
            ShiftEvent::CashReturned(e) => self.expected = self.expected.fold(e.amount.negated()),
            ShiftEvent::ShiftCounted(_) => {}
            ShiftEvent::ShiftClosed(_) => self.closed = true,
        }
    }
}
