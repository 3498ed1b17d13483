//! Hands a ledger on a given clock (demo, tests) over to the system's clock, for ever.

use crate::draft::{Decide, Draft};
use crate::id::LedgerStreamId;
use crate::ledger::{ClockHandedOver, LedgerClock, LedgerRefusal};
use crate::refusal::{CommonRefusal, Refusal};

/// The ledger lives by the system's clock from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOverClock;

impl Decide for HandOverClock {
    fn operation(&self) -> &'static str {
        "hand_over_clock"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let stream = LedgerStreamId::of_ledger(draft.context.ledger_id);
        match draft.ledger(stream).clock() {
            None => Err(CommonRefusal::LedgerMustBeOpen.into()),
            Some(LedgerClock::System) => Err(LedgerRefusal::ClockMustBeGiven.into()),
            Some(LedgerClock::Given) => {
                draft.push(stream, ClockHandedOver {});
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{LedgerKind, LedgerOpened};
    use crate::testing::Story;

    #[test]
    fn a_given_clock_is_handed_over_once() {
        let stream = LedgerStreamId::of_ledger(Story::new().ledger_id());
        let mut story = Story::new();
        assert_eq!(story.refused(&HandOverClock), "ledger_must_be_open");
        story = story.given(
            stream,
            LedgerOpened {
                kind: LedgerKind::Installation,
                parent: None,
                code: "DEMO".parse().unwrap(),
                clock: LedgerClock::Given,
                created_by: None,
            },
        );
        story.accepted(&HandOverClock);
        assert_eq!(story.draft().ledger(stream).clock(), Some(LedgerClock::System));
        assert_eq!(story.refused(&HandOverClock), "clock_must_be_given");
    }
}
