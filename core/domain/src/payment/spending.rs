//! How money in suspense reaches accounts: on charges by the community's order, the rest as credit. Suspense is the one door.
//!
//! May never happen here: more than the suspense leaving it; money of one purse on charges of another; credit without a
//! holder. What a lot may pay is checked again where it is spent.

use super::event::PaymentIdentified;
use super::receipts::settle_receipts;
use super::refusal::PaymentRefusal;
use crate::account::{
    AccountRefusal, AccountState, Charge, CreditReceived, Mode, Part, lot_fund, open_late_fees, pay, settle_late_fees,
};
use crate::approval::Warrant;
use crate::book::{Fund, Purse};
use crate::calendar::CivilDate;
use crate::community::AllocationPolicy;
use crate::draft::Draft;
use crate::id::{AccountId, ChargeId, CommunityId, FeeItemId, LotId, PartyId, PaymentId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::allocation::{Named, OpenCharge, allocate};
use std::collections::{BTreeMap, BTreeSet};

/// So many accounts one payment reaches at most.
const MAX_ACCOUNTS: usize = 200;

/// An account that a payment reaches.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Pays {
    /// The account.
    pub account: AccountId,
    /// Charges the payer named, in his order.
    pub charges: Vec<ChargeId>,
    /// Exactly so much for this account, its rest as credit of it; without it the accounts share the money by due date.
    pub amount: Option<Money>,
}

/// What is to be done with money in suspense.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Spending {
    /// The accounts it reaches; none leaves it in suspense, unless there is one for the rest.
    pub pays: Vec<Pays>,
    /// Whose credit the rest becomes; without it the rest stays in suspense.
    pub rest_to: Option<AccountId>,
    /// The rest only pays this fee item.
    pub earmark: Option<FeeItemId>,
    /// Only the named charges are paid, and the rest is kept back from draw-down.
    pub charges_only: bool,
    /// The day that late fees are paid as of: that of an order that froze them; absent: the day of the money.
    #[serde(skip)]
    pub as_of: Option<CivilDate>,
}

/// Where each part of the money goes.
struct Plan {
    /// Late fees are paid as of the end of that day.
    late_until: CivilDate,
    /// In the order of payment.
    paid: Vec<(AccountId, ChargeId, Part, Money)>,
    rests: Vec<(AccountId, Money)>,
}

/// A lot to be, and the charges it pays at once.
struct NewLot {
    account: AccountId,
    holder: PartyId,
    fund: Fund,
    earmark: Option<FeeItemId>,
    amount: Money,
    pays: Vec<(ChargeId, Part, Money)>,
}

/// Identifies so much of a payment's suspense, spends it and issues the receipts; says how much became credit of accounts.
///
/// # Errors
/// [`PaymentRefusal`] and [`AccountRefusal`] for accounts, charges and amounts that do not fit.
pub(crate) fn spend(
    draft: &mut Draft<'_>,
    payment: PaymentId,
    amount: Money,
    spending: &Spending,
    on: CivilDate,
    warrant: Option<&Warrant>,
) -> Result<Money, Refusal> {
    let state = draft.payment(payment);
    let received = state.received().ok_or(PaymentRefusal::PaymentMustExist)?.clone();
    drop(state);
    let value_on = spending.as_of.map_or(received.value_on, |as_of| as_of.min(received.value_on));
    // What the day itself adds is known at its end.
    let late_until = value_on.day_before();
    let plan = planned(draft, (received.purse, late_until), amount, spending)?;
    let (mut identified, mut accounts) = (Money::ZERO, BTreeSet::new());
    for new in lots(draft, received.purse, plan, spending.earmark)? {
        let lot: LotId = draft.mint("lot");
        let credit = CreditReceived {
            account: new.account,
            lot,
            payment,
            channel_account: received.channel_account,
            amount: new.amount,
            holder: new.holder,
            fund: new.fund,
            earmark: new.earmark,
            held_back: spending.charges_only,
            value_on,
        };
        draft.push_on(new.account, on, credit);
        let (account, amount) = (new.account, new.amount);
        let (approved, seen) = warrant.cloned().map(Warrant::parts).unzip();
        let seen = seen.unwrap_or_default();
        draft.push_on(payment, on, PaymentIdentified { account, lot, amount, approved, seen });
        for (charge, part, amount) in new.pays {
            pay(draft, new.account, (lot, charge), (part, amount), Mode::Direct, on)?;
        }
        identified = identified.plus(new.amount)?;
        accounts.insert(new.account);
    }
    accounts.into_iter().try_for_each(|account| settle_late_fees(draft, account))?;
    settle_receipts(draft, payment)?;
    Ok(identified)
}

fn planned(
    draft: &Draft<'_>,
    (purse, late_until): (Purse, CivilDate),
    amount: Money,
    spending: &Spending,
) -> Result<Plan, Refusal> {
    must_name_accounts(draft, spending)?;
    let policy = draft.community(CommunityId(draft.context.ledger_id.uuid())).allocation_policy();
    let mut plan = Plan { late_until, paid: Vec::new(), rests: Vec::new() };
    let mut left = amount;
    for pays in &spending.pays {
        let Some(part) = pays.amount else { continue };
        if !part.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/pays"));
        }
        left = left.minus(part)?;
        if left.is_negative() {
            return Err(PaymentRefusal::PartsMustNotExceedAmount.at("/pays"));
        }
        let rest = plan.allocate(draft, policy, purse, part, &[pays], spending.charges_only)?;
        plan.rest(pays.account, rest);
    }
    let shared: Vec<&Pays> = spending.pays.iter().filter(|pays| pays.amount.is_none()).collect();
    if left.is_positive() && !shared.is_empty() {
        left = plan.allocate(draft, policy, purse, left, &shared, spending.charges_only)?;
    }
    if let Some(account) = spending.rest_to {
        plan.rest(account, left);
    }
    if purse_fund(purse).is_none() && !plan.rests.is_empty() {
        return Err(PaymentRefusal::PursesMustNotMix.at("/rest_to"));
    }
    Ok(plan)
}

fn must_name_accounts(draft: &Draft<'_>, spending: &Spending) -> Result<(), Refusal> {
    if spending.pays.len() > MAX_ACCOUNTS {
        return Err(PaymentRefusal::AccountsMustBeFew.at("/pays"));
    }
    let mut seen = BTreeSet::new();
    for pays in &spending.pays {
        if !seen.insert(pays.account) {
            return Err(PaymentRefusal::AccountMustBeNamedOnce.with("account", pays.account));
        }
    }
    for account in seen.into_iter().chain(spending.rest_to) {
        if draft.account(account).unit().is_none() {
            return Err(AccountRefusal::AccountMustExist.with("account", account));
        }
    }
    Ok(())
}

impl Plan {
    /// Allocates an amount over accounts together, and says what is left.
    fn allocate(
        &mut self,
        draft: &Draft<'_>,
        policy: AllocationPolicy,
        purse: Purse,
        amount: Money,
        over: &[&Pays],
        only: bool,
    ) -> Result<Money, Refusal> {
        let (mut open, mut account_of, mut named) = (Vec::new(), BTreeMap::new(), Vec::new());
        for pays in over {
            let state = draft.account(pays.account);
            must_be_payable(&state, &pays.charges, purse)?;
            named.extend_from_slice(&pays.charges);
            let fees = open_late_fees(draft, pays.account, self.late_until)?;
            for charge in state.charges().filter(|charge| charge.booking.fund.purse() == purse) {
                let is_named = pays.charges.contains(&charge.charge);
                // What was given up is paid by name only.
                let fee = fees.get(&charge.charge).filter(|_| is_named || charge.written_off.is_zero());
                if is_named || charge.open().is_positive() || fee.is_some() {
                    account_of.insert(charge.charge, (pays.account, charge.part));
                    let principal = if is_named { charge.debt() } else { charge.open() };
                    open.push(open_charge(charge, principal, fee.copied().unwrap_or_default()));
                }
            }
        }
        let outcome = allocate(amount, policy, &open, Named { charges: &named, only })?;
        for allocated in outcome.allocations {
            if let Some((account, part)) = account_of.get(&allocated.charge) {
                // A late fee out of the old books is a charge of its own.
                let part = if *part == Part::LateFee { Part::Principal } else { allocated.part };
                self.paid.push((*account, allocated.charge, part, allocated.amount));
            }
        }
        Ok(outcome.credit)
    }

    fn rest(&mut self, account: AccountId, amount: Money) {
        if amount.is_positive() {
            self.rests.push((account, amount));
        }
    }
}

fn must_be_payable(state: &AccountState, named: &[ChargeId], purse: Purse) -> Result<(), Refusal> {
    for id in named {
        let charge = state.charge(*id).ok_or_else(|| AccountRefusal::ChargeMustExist.with("charge", id))?;
        if charge.reversed {
            return Err(AccountRefusal::ChargeMustBeLive.with("charge", id));
        }
        if charge.booking.fund.purse() != purse {
            return Err(PaymentRefusal::PursesMustNotMix.with("charge", id));
        }
    }
    Ok(())
}

/// What is named pays a debt that was written off too. A late fee out of the old books is ordered as one.
pub(crate) fn open_charge(charge: &Charge, open: Money, late_fee: Money) -> OpenCharge<ChargeId> {
    let (principal_open, late_fee_open) = match charge.part {
        Part::Principal => (open, late_fee),
        Part::LateFee => (Money::ZERO, open),
    };
    OpenCharge {
        charge: charge.charge,
        due_on: charge.due_on,
        service_from: charge.service.from(),
        fee_priority: charge.priority,
        fund: charge.booking.fund,
        principal_open,
        late_fee_open,
    }
}

/// One lot per account, holder and fund; an earmarked rest is a lot of its own.
fn lots(draft: &Draft<'_>, purse: Purse, plan: Plan, earmark: Option<FeeItemId>) -> Result<Vec<NewLot>, Refusal> {
    let mut lots: Vec<NewLot> = Vec::new();
    for (account, charge, part, amount) in plan.paid {
        let state = draft.account(account);
        let booking = &state.charge(charge).ok_or(AccountRefusal::ChargeMustExist)?.booking;
        let lot = lot_of(&mut lots, account, booking.obligor, lot_fund(booking.fund), None);
        lot.amount = lot.amount.plus(amount)?;
        lot.pays.push((charge, part, amount));
    }
    for (account, amount) in plan.rests {
        // Whoever's debt was paid first holds the rest.
        let first = lots.iter().find(|lot| lot.account == account).map(|lot| lot.holder);
        let holder = first.or_else(|| present_party(draft, account));
        let holder = holder.ok_or_else(|| PaymentRefusal::HolderMustBeKnown.with("account", account))?;
        let fund = purse_fund(purse).ok_or(PaymentRefusal::PursesMustNotMix)?;
        let lot = lot_of(&mut lots, account, holder, fund, earmark);
        lot.amount = lot.amount.plus(amount)?;
    }
    Ok(lots)
}

fn lot_of(
    lots: &mut Vec<NewLot>,
    account: AccountId,
    holder: PartyId,
    fund: Fund,
    earmark: Option<FeeItemId>,
) -> &mut NewLot {
    let same =
        |lot: &NewLot| lot.account == account && lot.holder == holder && lot.fund == fund && lot.earmark == earmark;
    let at = lots.iter().position(same).unwrap_or(lots.len());
    if at == lots.len() {
        lots.push(NewLot { account, holder, fund, earmark, amount: Money::ZERO, pays: Vec::new() });
    }
    &mut lots[at]
}

/// The fund of credit that is not yet for anything; owners' income is credited only on its own charges.
fn purse_fund(purse: Purse) -> Option<Fund> {
    match purse {
        Purse::Company => Some(Fund::Operating),
        Purse::MaintenanceFund => Some(Fund::MaintenanceFund),
        Purse::OwnersIncome => None,
    }
}

/// Who owes what the unit is charged for today.
pub(crate) fn present_party(draft: &Draft<'_>, account: AccountId) -> Option<PartyId> {
    let unit = draft.account(account).unit()?;
    draft.unit(unit).obligor_on(draft.context.today)
}
