//! Opens a ledger: always its first event.

use crate::draft::{Decide, Draft};
use crate::id::{LedgerId, LedgerStreamId};
use crate::ledger::{LedgerClock, LedgerKind, LedgerOpened, LedgerPosition, LedgerRefusal};
use crate::refusal::Refusal;
use crate::value::Code;

/// Opens the ledger that the command is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLedger {
    /// Installation, company or community.
    pub kind: LedgerKind,
    /// The ledger whose command created it; absent exactly for the installation.
    pub parent: Option<LedgerId>,
    /// Short code for numbers that leave us.
    pub code: Code,
    /// Whose clock it lives by.
    pub clock: LedgerClock,
    /// The event of the parent that created it; absent exactly for the installation.
    pub created_by: Option<LedgerPosition>,
}

impl Decide for OpenLedger {
    fn operation(&self) -> &'static str {
        "open_ledger"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let stream = LedgerStreamId::of_ledger(draft.context.ledger_id);
        if draft.ledger(stream).kind().is_some() {
            return Err(LedgerRefusal::LedgerMustBeNew.into());
        }
        let fits = match (self.kind, self.parent, self.created_by) {
            (LedgerKind::Installation, None, None) => true,
            (LedgerKind::Company | LedgerKind::Community, Some(parent), Some(by)) => by.ledger_id == parent,
            _ => false,
        };
        if !fits {
            return Err(LedgerRefusal::ParentMustFitKind.at("/parent"));
        }
        draft.push(
            stream,
            LedgerOpened {
                kind: self.kind,
                parent: self.parent,
                code: self.code.clone(),
                clock: self.clock,
                created_by: self.created_by,
            },
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};

    fn installation() -> OpenLedger {
        OpenLedger {
            kind: LedgerKind::Installation,
            parent: None,
            code: "ROOT".parse().unwrap(),
            clock: LedgerClock::System,
            created_by: None,
        }
    }

    #[test]
    fn a_ledger_is_opened_once() {
        let mut story = Story::new();
        let facts = story.accepted(&installation());
        assert_eq!(facts.len(), 1);
        let stream = LedgerStreamId::of_ledger(story.ledger_id());
        assert_eq!(story.draft().ledger(stream).clock(), Some(LedgerClock::System));
        assert_eq!(story.refused(&installation()), "ledger_must_be_new");
    }

    #[test]
    fn only_the_installation_has_no_parent() {
        let parent = LedgerId(uuid(7));
        let by = |ledger_id| Some(LedgerPosition { ledger_id, position: 3 });
        let community = OpenLedger { kind: LedgerKind::Community, ..installation() };
        for wrong in [
            community.clone(),
            OpenLedger { parent: Some(parent), ..community.clone() },
            OpenLedger { parent: Some(parent), created_by: by(LedgerId(uuid(8))), ..community.clone() },
            OpenLedger { parent: Some(parent), created_by: by(parent), ..installation() },
        ] {
            assert_eq!(Story::new().refused(&wrong), "parent_must_fit_kind");
        }
        Story::new().accepted(&OpenLedger { parent: Some(parent), created_by: by(parent), ..community });
    }
}
