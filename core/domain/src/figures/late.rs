//! Open late fees of a community as of T: its accounts, folded as the rules of payments see them.
//!
//! Memory grows with what happened to the accounts; only who asks for late fees keeps them. May never happen here: an event
//! folded before an earlier one of its stream.

use crate::account::AccountState;
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::community::CommunityState;
use crate::draft::Fact;
use crate::envelope::Recorded;
use crate::id::{AccountId, FeeItemId};
use crate::money::Money;
use crate::rule::figures::FiguresError;
use crate::stream::Event;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use uuid::Uuid;

/// What is open of the late fee of a charge: of which account, fee item and fund.
pub(super) type OpenLateFee = (AccountId, FeeItemId, Fund, Money);

/// The policies and the accounts, so far.
#[derive(Debug, Clone, Default)]
pub(super) struct LateFees {
    community: CommunityState,
    accounts: HashMap<AccountId, Arc<AccountState>>,
}

/// The same for several T out of one walk: what counts by all of them is folded, the rest of a stream waits in its order.
#[derive(Debug, Default)]
pub(super) struct LateFeesOver {
    settled: LateFees,
    waiting: HashMap<Uuid, VecDeque<Recorded>>,
}

impl LateFeesOver {
    /// Takes in the next event; nothing will be asked for a day before the first.
    pub(super) fn see(&mut self, event: &Recorded, first: CivilDate) {
        if !matches!(event.event, Event::Community(_) | Event::Account(_)) {
            return;
        }
        match self.waiting.get_mut(&event.stream.id) {
            Some(waiting) => waiting.push_back(event.clone()),
            None if event.effective_on <= first => self.settled.see(event),
            None => drop(self.waiting.insert(event.stream.id, VecDeque::from([event.clone()]))),
        }
    }

    /// From now on nothing is asked for a day before this one.
    pub(super) fn settle(&mut self, first: CivilDate) {
        let Self { settled, waiting } = self;
        waiting.retain(|_, events| {
            while let Some(event) = events.pop_front_if(|event| event.effective_on <= first) {
                settled.see(&event);
            }
            !events.is_empty()
        });
    }

    /// What counts by a day.
    pub(super) fn as_of(&self, day: CivilDate) -> LateFees {
        let mut late = self.settled.clone();
        let events = self.waiting.values().flatten().filter(|event| event.effective_on <= day);
        events.for_each(|event| late.see(event));
        late
    }
}

impl LateFees {
    /// Takes in the next event that counts by T.
    pub(super) fn see(&mut self, event: &Recorded) {
        let fact = Fact {
            event_id: event.event_id,
            effective_on: event.effective_on,
            recorded_at: event.recorded_at,
            actor: event.actor,
            event: &event.event,
        };
        match &event.event {
            Event::Community(said) => self.community.evolve(said, &fact),
            Event::Account(said) => {
                Arc::make_mut(self.accounts.entry(AccountId(event.stream.id)).or_default()).evolve(said, &fact);
            }
            // Late fees rest on nothing else.
            _ => {}
        }
    }

    /// What is open at the end of a day, above zero.
    ///
    /// # Errors
    /// [`FiguresError::AmountOutOfRange`].
    pub(super) fn open(&self, on: CivilDate) -> Result<Vec<OpenLateFee>, FiguresError> {
        let mut open = Vec::new();
        for (account, state) in &self.accounts {
            let fees = state.open_late_fees(self.community.late_fees(), on);
            let fees = fees.map_err(|_| FiguresError::AmountOutOfRange)?;
            open.extend(fees.into_iter().map(|(fee_item, fund, fee)| (*account, fee_item, fund, fee)));
        }
        Ok(open)
    }
}
