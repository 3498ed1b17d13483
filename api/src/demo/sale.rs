//! A unit is sold in the middle of a month while its seller has credit: said ten days later, settled in one command.

use super::DemoError;
use super::matters::rest;
use super::months::{Due, Story};
use super::plan::Habit;
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::id::{AccountId, PartyId};
use mingzhang_domain::stream::Event;
use mingzhang_domain::unit::{CreditChoice, CreditFate, PaidAhead, Transfer, TransferUnit};
use mingzhang_store::lane::Accepted;
use std::sync::Arc;

/// The new owner's first day of the month.
const SOLD_ON: u32 = 16;

impl Story<'_> {
    /// Whoever paid ahead sells to a neighbour. What he paid for the buyer's days is credit again, and all of it stays his.
    pub(super) async fn sell(
        &mut self,
        month: Month,
        day: CivilDate,
        entered: &[(Due, Accepted)],
    ) -> Result<(), DemoError> {
        let ahead = entered.iter().find(|(due, _)| due.habit == Habit::Prepaying && due.accounts.len() == 1);
        let buyer = entered.iter().find(|(due, _)| due.habit == Habit::Prompt).and_then(|(_, paid)| holder(paid));
        let (Some((due, paid)), Some(party)) = (ahead, buyer) else { return Ok(()) };
        let (Some((account, _, _)), Some(seller)) = (rest(paid), holder(paid)) else { return Ok(()) };
        let Some(unit) = self.estate.units.iter().copied().find(|unit| AccountId::of_unit(*unit) == account) else {
            return Ok(());
        };
        let from = month.first_day().plus_days(SOLD_ON.saturating_sub(1));
        let transfer = Transfer { unit, from, party, status: None, paid_ahead: PaidAhead::Freed };
        let left = |lot| CreditChoice { lot, fate: CreditFate::Left, amount: None, evidence: None };
        let credit = self.tally.lots_of(account, seller).map(left).collect();
        let reason = "二手房过户，卖方预存待其申请退款".parse()?;
        let sale = TransferUnit { transfer, credit, reason, authority: Authority::default() };
        self.done(self.order(day, 13, &due.key, "finance", Arc::new(sale))).await.map(|_| ())
    }
}

/// Whose money a payment became.
pub(super) fn holder(paid: &Accepted) -> Option<PartyId> {
    paid.events.iter().find_map(|event| match &event.event {
        Event::Account(AccountEvent::CreditReceived(lot)) => Some(lot.holder),
        _ => None,
    })
}
