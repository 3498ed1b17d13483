//! The fold of a `ledger` stream: what its rules need to know.

use super::event::{LedgerClock, LedgerEvent, LedgerKind};
use crate::draft::Fact;
use crate::id::LedgerId;
use crate::value::Code;
use std::collections::BTreeMap;

/// The fold of a `ledger` stream.
#[derive(Debug, Clone, Default)]
pub struct LedgerState {
    opened: Option<(LedgerKind, LedgerClock)>,
    code: Option<Code>,
    children: BTreeMap<Code, LedgerId>,
}

impl LedgerState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &LedgerEvent, _fact: &Fact<'_>) {
        match event {
            LedgerEvent::LedgerOpened(opened) => {
                self.opened = Some((opened.kind, opened.clock));
                self.code = Some(opened.code.clone());
            }
            LedgerEvent::ChildCodeTaken(taken) => {
                self.children.insert(taken.code.clone(), taken.child);
            }
            LedgerEvent::ClockHandedOver(_) => {
                self.opened = self.opened.map(|(kind, _)| (kind, LedgerClock::System));
            }
        }
    }

    /// Its kind; nothing until it is opened.
    pub fn kind(&self) -> Option<LedgerKind> {
        self.opened.map(|(kind, _)| kind)
    }

    /// Whose clock it lives by now; nothing until it is opened.
    pub fn clock(&self) -> Option<LedgerClock> {
        self.opened.map(|(_, clock)| clock)
    }

    /// Short code for numbers that leave us; nothing until it is opened.
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// The child ledger that has a short code.
    pub fn child(&self, code: &Code) -> Option<LedgerId> {
        self.children.get(code).copied()
    }
}
