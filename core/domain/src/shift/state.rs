//! The fold of a `shift` stream: whose box it is and what should lie in it.

use super::event::{CashBanked, ShiftEvent, ShiftOpened};
use crate::calendar::CivilDate;
use crate::draft::Fact;
use crate::money::Money;
use crate::value::Count;

/// The fold of a `shift` stream.
#[derive(Debug, Clone, Default)]
pub struct ShiftState {
    opened: Option<ShiftOpened>,
    opened_on: Option<CivilDate>,
    closed: bool,
    slips: u32,
    expected: Money,
    banked: Vec<CashBanked>,
    reversed: Vec<Count>,
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

    /// The day on which it began; nothing in an empty stream.
    pub fn opened_on(&self) -> Option<CivilDate> {
        self.opened_on
    }

    /// How often cash of it went to a bank, mistakes included.
    pub fn times_banked(&self) -> usize {
        self.banked.len()
    }

    /// What went to a bank the n-th time, unless it was a mistake.
    pub fn banked(&self, number: Count) -> Option<&CashBanked> {
        self.banked.iter().find(|banked| banked.number == number).filter(|_| !self.reversed.contains(&number))
    }

    /// What should lie in the box; once it is counted, what was counted and neither banked nor handed over.
    pub fn expected(&self) -> Money {
        self.expected
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &ShiftEvent, fact: &Fact<'_>) {
        match event {
            ShiftEvent::ShiftOpened(e) => {
                self.expected = e.float;
                self.opened = Some(e.clone());
                self.opened_on = Some(fact.effective_on);
            }
            ShiftEvent::CashTaken(e) => {
                self.slips = e.slip.0;
                self.expected = self.expected.fold(e.amount);
            }
            ShiftEvent::CashReturned(e) => self.expected = self.expected.fold(e.amount.negated()),
            ShiftEvent::ShiftCounted(e) => self.expected = e.counted,
            ShiftEvent::ShiftClosed(e) => {
                self.closed = true;
                // Another cashier has the cash, and banks it from the shift that took it over.
                if e.handed_over_to.is_some() {
                    self.expected = Money::ZERO;
                }
            }
            ShiftEvent::CashBanked(e) => {
                self.expected = self.expected.fold(e.amount.negated());
                self.banked.push(e.clone());
            }
            ShiftEvent::CashBankingReversed(e) => {
                self.expected = self.expected.fold(e.amount);
                self.reversed.push(e.number);
            }
        }
    }
}
