//! Commands of dunning.

mod dispute_charge;
mod promise_payment;
mod record_demand_delivery;
mod send_formal_demand;
mod send_reminder;
mod stop_dunning;

pub use dispute_charge::{DisputeCharge, SettleDispute};
pub use promise_payment::PromisePayment;
pub use record_demand_delivery::RecordDemandDelivery;
pub use send_formal_demand::SendFormalDemand;
pub use send_reminder::SendReminder;
pub use stop_dunning::StopDunning;

use super::event::Claim;
use super::refusal::DunningRefusal;
use crate::account::AccountRefusal;
use crate::draft::Draft;
use crate::id::{AccountId, DunningId, PartyId};
use crate::money::Money;
use crate::refusal::Refusal;

/// So many charges one demand or promise names at most, so that it fits a body.
const MAX_CLAIMS: usize = 100;

fn opened(draft: &Draft<'_>, account: AccountId) -> Result<(), Refusal> {
    let open = draft.account(account).unit().is_some();
    if open { Ok(()) } else { Err(AccountRefusal::AccountMustExist.with("account", account)) }
}

fn must_not_be_stopped(draft: &Draft<'_>, account: AccountId, party: PartyId) -> Result<(), Refusal> {
    match draft.dunning(DunningId::of_account(account)).stop(party, draft.context.today) {
        Some(because) => Err(DunningRefusal::DunningMustNotBeStopped.with("because", because)),
        None => Ok(()),
    }
}

/// What a party owes, or pays by contract, that is open, overdue and undisputed: the oldest charges, and their sum.
fn claims(draft: &Draft<'_>, account: AccountId, party: PartyId) -> Result<(Vec<Claim>, Money), Refusal> {
    let (state, today) = (draft.account(account), draft.context.today);
    let dunning = draft.dunning(DunningId::of_account(account));
    let is_claimed = |charge: &crate::account::Charge| {
        charge.is_payable_by(party)
            && charge.open().is_positive()
            && charge.due_on < today
            && !dunning.is_disputed(charge.charge)
    };
    let mut overdue: Vec<_> = state.charges().filter(|charge| is_claimed(charge)).collect();
    if overdue.is_empty() {
        return Err(DunningRefusal::PartyMustBeInArrears.with("party", party));
    }
    overdue.sort_by_key(|charge| (charge.due_on, charge.charge));
    overdue.truncate(MAX_CLAIMS);
    let claims: Vec<Claim> =
        overdue.into_iter().map(|charge| Claim { charge: charge.charge, open: charge.open() }).collect();
    let mut amount = Money::ZERO;
    for claim in &claims {
        amount = amount.plus(claim.open)?;
    }
    Ok((claims, amount))
}
