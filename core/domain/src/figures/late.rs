//! Open late fees of a community as of T: its accounts, folded as the rules of payments see them.
//!
//! Memory grows with what happened to the accounts; only who asks for late fees keeps them.

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
use std::collections::HashMap;

/// What is open of the late fee of a charge: of which account, fee item and fund.
pub(super) type OpenLateFee = (AccountId, FeeItemId, Fund, Money);

/// The policies and the accounts, so far.
#[derive(Debug, Clone, Default)]
pub(super) struct LateFees {
    community: CommunityState,
    accounts: HashMap<AccountId, AccountState>,
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
                self.accounts.entry(AccountId(event.stream.id)).or_default().evolve(said, &fact);
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
            let fees = state.late_fees(self.community.late_fees(), on).map_err(|_| FiguresError::AmountOutOfRange)?;
            for (charge, fee) in fees.iter().filter(|(_, fee)| fee.open.is_positive()) {
                if let Some(charge) = state.charge(*charge) {
                    open.push((*account, charge.booking.fee_item, charge.booking.fund, fee.open));
                }
            }
        }
        Ok(open)
    }
}
