//! Spending of credit: the one place where a lot pays a charge, and the draw-down 冲抵 of free credit.
//!
//! Money that is named for a written-off charge recovers it first; draw-down leaves such charges alone.
//!
//! May never happen here: more than the lot's rest or the charge's debt; credit of somebody who does not owe the
//! charge; credit of another fund; a deposit, the maintenance fund or owners' income paid without being named.

use super::charging::vat_split;
use super::event::ChargePaid;
use super::late_fee::{open_late_fees, policy_of, settle_late_fees};
use super::lot::Lot;
use super::posting::lot_fund;
use super::refusal::AccountRefusal;
use super::state::{AccountState, Charge};
use super::terms::{Mode, Part, RecoveryReason};
use super::undo::recover;
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::community::AllocationPolicy;
use crate::draft::Draft;
use crate::id::{AccountId, ChargeId, CommunityId, LotId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::allocation::passes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Pays a part of a charge out of a lot of the same account; counts when the wish does, but never before the charge or the
/// lot. How much of a late fee there is to pay is said by whoever plans it, and settled anew after it.
///
/// # Errors
/// [`AccountRefusal`] when lot and charge do not fit or either has less than the amount.
pub(crate) fn pay(
    draft: &mut Draft<'_>,
    account: AccountId,
    (lot, charge): (LotId, ChargeId),
    (part, amount): (Part, Money),
    mode: Mode,
    on: CivilDate,
) -> Result<(), Refusal> {
    let state = draft.account(account);
    let lot = state.lot(lot).ok_or(AccountRefusal::LotMustExist)?.clone();
    let charge = state.charge(charge).ok_or(AccountRefusal::ChargeMustExist)?.clone();
    // Given back before the push, so that the fold need not be copied.
    drop(state);
    must_fit(&lot, &charge)?;
    if !amount.is_positive() {
        return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
    }
    must_be_payable(&charge, (part, amount), mode)?;
    if amount > lot.rest {
        return Err(AccountRefusal::AmountMustNotExceedCredit.with("credit", lot.rest).at("/amount"));
    }
    let on = on.max(charge.effective_on).max(lot.effective_on);
    let (off_book, vat) = match part {
        Part::Principal => (amount.minus(charge.open())?, None),
        Part::LateFee => {
            let vat = policy_of(draft, &charge)?.vat.clone();
            (Money::ZERO, Some(vat_split(vat.category, vat.rate, amount)?))
        }
    };
    let on = if off_book.is_positive() { charge.written_off_on.map_or(on, |since| on.max(since)) } else { on };
    recover(draft, account, &charge, off_book, RecoveryReason::Paid, on);
    let allocation = draft.mint("allocation");
    let paid = ChargePaid {
        allocation,
        lot: lot.lot,
        charge: charge.charge,
        part,
        amount,
        holder: lot.holder,
        value_on: lot.value_on,
        mode,
        vat,
        booking: charge.booking.clone(),
    };
    draft.push_on(account, on, paid);
    Ok(())
}

fn must_be_payable(charge: &Charge, (part, amount): (Part, Money), mode: Mode) -> Result<(), Refusal> {
    let payable = match (part, mode) {
        (Part::LateFee, _) => return Ok(()),
        (Part::Principal, Mode::Direct) => charge.debt(),
        (Part::Principal, Mode::DrawDown) => charge.open(),
    };
    if amount > payable {
        return Err(AccountRefusal::AmountMustNotExceedOpen.with("open", payable).at("/amount"));
    }
    Ok(())
}

pub(super) fn must_fit(lot: &Lot, charge: &Charge) -> Result<(), Refusal> {
    if charge.reversed {
        return Err(AccountRefusal::ChargeMustBeLive.with("charge", charge.charge));
    }
    if !charge.is_payable_by(lot.holder) {
        return Err(AccountRefusal::HolderMustOweCharge.into());
    }
    if lot.fund != lot_fund(charge.booking.fund) {
        return Err(AccountRefusal::FundsMustNotMix.with("credit", lot.fund).with("charge", charge.booking.fund));
    }
    if lot.earmark.is_some_and(|item| item != charge.booking.fee_item) {
        return Err(AccountRefusal::EarmarkMustFitCharge.into());
    }
    Ok(())
}

/// Spends an account's free credit on its open operating and pass-through charges and their late fees, and says how much.
///
/// Earmarked lots pay their items first, then the others; the oldest lot first, charges in the order of the allocation rule,
/// parts as the community says.
///
/// # Errors
/// None that state allows; the rules of a single allocation are checked again.
pub(crate) fn draw_down(draft: &mut Draft<'_>, account: AccountId) -> Result<Money, Refusal> {
    let state = draft.account(account);
    if free_lots(&state).is_empty() {
        return Ok(Money::ZERO);
    }
    let today = draft.context.today;
    let policy = draft.community(CommunityId(draft.context.ledger_id.uuid())).allocation_policy();
    // What today adds is known at its end.
    let fees = open_late_fees(draft, account, today.day_before())?;
    let plan = planned(&state, policy, &fees);
    drop(state);
    let mut drawn = Money::ZERO;
    for Drawn { lot, charge, part, amount } in plan {
        pay(draft, account, (lot, charge), (part, amount), Mode::DrawDown, today)?;
        drawn = drawn.plus(amount)?;
    }
    settle_late_fees(draft, account)?;
    Ok(drawn)
}

/// A part of a charge that a lot pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Drawn {
    pub(super) lot: LotId,
    pub(super) charge: ChargeId,
    pub(super) part: Part,
    pub(super) amount: Money,
}

/// A charge that credit is drawn on.
struct Owed<'a> {
    charge: &'a Arc<Charge>,
    principal: Money,
    late_fee: Money,
}

/// Free operating credit: earmarked lots first, then the oldest.
pub(super) fn free_lots(state: &AccountState) -> Vec<&Arc<Lot>> {
    let mut lots: Vec<&Arc<Lot>> =
        state.lots().filter(|lot| lot.rest.is_positive() && !lot.held_back && lot.fund == Fund::Operating).collect();
    lots.sort_by_key(|lot| (lot.earmark.is_none(), lot.value_on, lot.order));
    lots
}

/// What free credit pays, with what is open of late fees.
pub(super) fn planned(state: &AccountState, policy: AllocationPolicy, fees: &BTreeMap<ChargeId, Money>) -> Vec<Drawn> {
    let lots = free_lots(state);
    if lots.is_empty() {
        return Vec::new();
    }
    let mut open: Vec<Owed<'_>> = state
        .charges()
        .filter(|c| lot_fund(c.booking.fund) == Fund::Operating)
        .map(|charge| {
            // What was given up is left alone.
            let fee = fees.get(&charge.charge).filter(|_| charge.written_off.is_zero());
            Owed { charge, principal: charge.open(), late_fee: fee.copied().unwrap_or_default() }
        })
        .filter(|owed| owed.principal.is_positive() || owed.late_fee.is_positive())
        .collect();
    open.sort_by_key(|owed| {
        let c = owed.charge;
        (c.due_on, c.service.from(), c.priority, c.part, c.charge)
    });
    let mut plan = Vec::new();
    for lot in lots {
        let mut rest = lot.rest;
        for parts in passes(policy) {
            for owed in &mut open {
                for &part in *parts {
                    let left = match part {
                        Part::Principal => &mut owed.principal,
                        Part::LateFee => &mut owed.late_fee,
                    };
                    let amount = rest.min(*left);
                    if amount.is_positive() && must_fit(lot, owed.charge).is_ok() {
                        (rest, *left) = (rest.fold(amount.negated()), left.fold(amount.negated()));
                        plan.push(Drawn { lot: lot.lot, charge: owed.charge.charge, part, amount });
                    }
                }
            }
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::super::event::CreditReceived;
    use super::super::fixture::{Post, account, charge, credit, item, lot, month, of_fund, party, story, told};
    use super::*;

    #[test]
    fn the_oldest_lot_pays_and_earmarked_lots_pay_their_items_first() {
        let earmarked = CreditReceived { earmark: Some(item(2)), ..credit(3, "10.00", "2026-01-03") };
        let mut story = story()
            .given(account(1), credit(2, "50.00", "2026-01-02"))
            .given(account(1), credit(1, "30.00", "2026-01-01"))
            .given(account(1), earmarked)
            .on("2026-02-01");
        let mut water = of_fund(Fund::PassThrough, item(2), month("2026-01", "15.00"));
        water.priority = crate::value::Count(2);
        let events = story.accepted(&Post(account(1), vec![month("2026-01", "60.00"), water]));
        assert_eq!(
            told(&events),
            [
                "charged 60.00",
                "charged 15.00",
                "paid 10.00 by d003",
                "paid 30.00 by d001",
                "paid 30.00 by d002",
                "paid 5.00 by d002"
            ]
        );
        assert_eq!(story.draft().account(account(1)).lot(lot(2)).unwrap().rest.to_string(), "15.00");
    }

    #[test]
    fn credit_that_is_not_the_obligors_or_kept_back_or_of_another_fund_stays() {
        let others = CreditReceived { holder: party(2), ..credit(1, "50.00", "2026-01-01") };
        let kept = CreditReceived { held_back: true, ..credit(2, "50.00", "2026-01-01") };
        let deposit = CreditReceived { fund: Fund::Deposit, ..credit(3, "50.00", "2026-01-01") };
        let mut story =
            story().given(account(1), others).given(account(1), kept).given(account(1), deposit).on("2026-02-01");
        assert_eq!(told(&story.accepted(&Post(account(1), vec![month("2026-01", "60.00")]))), ["charged 60.00"]);
        let mut rented = month("2026-02", "20.00");
        rented.agreed_payer = Some(party(2));
        let events = story.accepted(&Post(account(1), vec![rented]));
        assert_eq!(told(&events), ["charged 20.00", "paid 20.00 by d001"]);
    }

    #[test]
    fn free_credit_pays_the_oldest_debt_and_never_a_deposit() {
        let mut story = story();
        charge(&mut story, of_fund(Fund::Deposit, item(3), month("2026-01", "500.00")));
        charge(&mut story, month("2026-01", "40.00"));
        let mut story = story.given(account(1), credit(1, "100.00", "2026-01-01"));
        let events = story.accepted(&Post(account(1), vec![month("2026-02", "100.00")]));
        assert_eq!(told(&events), ["charged 100.00", "paid 40.00 by d001", "paid 60.00 by d001"]);
    }
}
