//! Spending of credit: the one place where a lot pays a charge, and the draw-down 冲抵 of free credit.
//!
//! Money that is named for a written-off charge recovers it first; draw-down leaves such charges alone.
//!
//! May never happen here: more than the lot's rest or the charge's debt; credit of somebody who does not owe the
//! charge; credit of another fund; a deposit, the maintenance fund or owners' income paid without being named.

use super::event::ChargePaid;
use super::posting::lot_fund;
use super::refusal::AccountRefusal;
use super::state::{AccountState, Charge, Lot};
use super::terms::{Mode, Part, RecoveryReason};
use super::undo::recover;
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::draft::Draft;
use crate::id::{AccountId, ChargeId, LotId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use std::sync::Arc;

/// Pays a charge out of a lot of the same account; counts when the wish does, but never before the charge or the lot.
///
/// # Errors
/// [`AccountRefusal`] when lot and charge do not fit or either has less than the amount.
pub(crate) fn pay(
    draft: &mut Draft<'_>,
    account: AccountId,
    (lot, charge): (LotId, ChargeId),
    amount: Money,
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
    let payable = match mode {
        Mode::Direct => charge.debt(),
        Mode::DrawDown => charge.open(),
    };
    if amount > payable {
        return Err(AccountRefusal::AmountMustNotExceedOpen.with("open", payable).at("/amount"));
    }
    if amount > lot.rest {
        return Err(AccountRefusal::AmountMustNotExceedCredit.with("credit", lot.rest).at("/amount"));
    }
    let on = on.max(charge.effective_on).max(lot.effective_on);
    let off_book = amount.minus(charge.open())?;
    let on = if off_book.is_positive() { charge.written_off_on.map_or(on, |since| on.max(since)) } else { on };
    recover(draft, account, &charge, off_book, RecoveryReason::Paid, on);
    let allocation = draft.mint("allocation");
    let paid = ChargePaid {
        allocation,
        lot: lot.lot,
        charge: charge.charge,
        part: Part::Principal,
        amount,
        holder: lot.holder,
        value_on: lot.value_on,
        mode,
        vat: None,
        booking: charge.booking.clone(),
    };
    draft.push_on(account, on, paid);
    Ok(())
}

fn must_fit(lot: &Lot, charge: &Charge) -> Result<(), Refusal> {
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

/// Spends an account's free credit on its open operating and pass-through charges, and says how much.
///
/// Earmarked lots pay their items first, then the others; the oldest lot first, charges in the order of the allocation rule.
///
/// # Errors
/// None that state allows; the rules of a single allocation are checked again.
pub(crate) fn draw_down(draft: &mut Draft<'_>, account: AccountId) -> Result<Money, Refusal> {
    let today = draft.context.today;
    let mut drawn = Money::ZERO;
    for (lot, charge, amount) in planned(&draft.account(account)) {
        pay(draft, account, (lot, charge), amount, Mode::DrawDown, today)?;
        drawn = drawn.plus(amount)?;
    }
    Ok(drawn)
}

fn planned(state: &AccountState) -> Vec<(LotId, ChargeId, Money)> {
    let mut lots: Vec<&Arc<Lot>> =
        state.lots().filter(|lot| lot.rest.is_positive() && !lot.held_back && lot.fund == Fund::Operating).collect();
    if lots.is_empty() {
        return Vec::new();
    }
    lots.sort_by_key(|lot| (lot.earmark.is_none(), lot.value_on, lot.order));
    let mut open: Vec<(&Arc<Charge>, Money)> = state
        .charges()
        .filter(|c| c.open().is_positive() && lot_fund(c.booking.fund) == Fund::Operating)
        .map(|charge| (charge, charge.open()))
        .collect();
    open.sort_by_key(|(c, _)| (c.due_on, c.service.from(), c.priority, c.part, c.charge));
    let mut plan = Vec::new();
    for lot in lots {
        let mut rest = lot.rest;
        for (charge, left) in &mut open {
            let amount = rest.min(*left);
            if amount.is_positive() && must_fit(lot, charge).is_ok() {
                (rest, *left) = (rest.fold(amount.negated()), left.fold(amount.negated()));
                plan.push((lot.lot, charge.charge, amount));
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
