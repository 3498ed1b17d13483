//! The fold of a `ledger` stream: what its rules need to know.

use super::event::{LedgerClock, LedgerEvent, LedgerKind};
use crate::draft::Fact;
use crate::value::Code;
use std::collections::BTreeSet;

/// The fold of a `ledger` stream.
#[derive(Debug, Clone, Default)]
pub struct LedgerState {
    kind: Option<LedgerKind>,
    clock: Option<LedgerClock>,
    child_codes: BTreeSet<Code>,
}

impl LedgerState {
    /// Its kind; none before it is open.
    pub fn kind(&self) -> Option<LedgerKind> {
        self.kind
    }

    /// Whose clock it lives by now; none before it is open.
    pub fn clock(&self) -> Option<LedgerClock> {
        self.clock
    }

    /// True when a company or community of this ledger has the code.
    pub fn has_child_code(&self, code: &Code) -> bool {
        self.child_codes.contains(code)
    }

    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &LedgerEvent, _fact: &Fact<'_>) {
        match event {
            LedgerEvent::LedgerOpened(opened) => {
                self.kind = Some(opened.kind);
                self.clock = Some(opened.clock);
            }
            LedgerEvent::ChildCodeTaken(taken) => {
                self.child_codes.insert(taken.code.clone());
            }
            LedgerEvent::ClockHandedOver(_) => self.clock = Some(LedgerClock::System),
        }
    }
}
