//! Undoing of allocations: the charge is open again, the money is credit of its holder again, with its old value date.
//! And of write-offs: what was given up is back on the books.
//!
//! May never happen here: an undoing that leaves the receipts of the money as they were.

use super::charging::vat_lowered;
use super::event::{ChargePaymentUndone, ChargeRecovered};
use super::refusal::AccountRefusal;
use super::state::{Allocation, Charge};
use super::terms::{Part, RecoveryReason, UndoReason};
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::draft::Draft;
use crate::id::{AccountId, ChargeId, DepositId, PaymentId};
use crate::invoice::must_stay_paid;
use crate::money::Money;
use crate::payment::settle_receipts;
use crate::refusal::Refusal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Frees so much of a charge for a correction, and amends the receipts.
///
/// # Errors
/// When a live invoice is of it, and what amending a receipt refuses.
pub(crate) fn free(draft: &mut Draft<'_>, account: AccountId, charge: &Charge, amount: Money) -> Result<(), Refusal> {
    let payments = take_off(draft, account, charge, amount)?;
    amend(draft, payments)
}

/// Amends the receipts of payments that were taken off charges.
///
/// # Errors
/// As [`free`].
pub(super) fn amend(draft: &mut Draft<'_>, payments: impl IntoIterator<Item = PaymentId>) -> Result<(), Refusal> {
    payments.into_iter().try_for_each(|payment| {
        must_stay_paid(draft, payment)?;
        settle_receipts(draft, payment)
    })
}

/// Takes so much off a charge: what was written off comes back first, then what pays it is undone. Answers the payments
/// whose receipts the caller settles.
///
/// # Errors
/// As [`undo`].
pub(super) fn take_off(
    draft: &mut Draft<'_>,
    account: AccountId,
    charge: &Charge,
    amount: Money,
) -> Result<BTreeSet<PaymentId>, Refusal> {
    let back = amount.min(charge.written_off);
    let today = draft.context.today;
    recover(draft, account, charge, back, RecoveryReason::ChargeCorrected, today);
    unpay(draft, account, (charge.charge, Part::Principal), amount.minus(back)?, UndoReason::ChargeCorrected)
}

/// Brings so much of what was written off back on the books; nothing when it is not above zero.
pub(crate) fn recover(
    draft: &mut Draft<'_>,
    account: AccountId,
    charge: &Charge,
    amount: Money,
    reason: RecoveryReason,
    on: CivilDate,
) {
    if amount.is_positive() {
        let recovered = ChargeRecovered { charge: charge.charge, amount, booking: charge.booking.clone(), reason };
        draft.push_on(account, on, recovered);
    }
}

/// Undoes so much of what pays a part of a charge, the newest allocations first, and amends the receipts; nothing when it is
/// not above zero.
///
/// # Errors
/// What amending a receipt refuses.
pub(super) fn undo_newest(
    draft: &mut Draft<'_>,
    account: AccountId,
    part: (ChargeId, Part),
    amount: Money,
    reason: UndoReason,
) -> Result<(), Refusal> {
    let payments = unpay(draft, account, part, amount, reason)?;
    payments.into_iter().try_for_each(|payment| settle_receipts(draft, payment))
}

/// The same; the caller amends the receipts of these payments.
fn unpay(
    draft: &mut Draft<'_>,
    account: AccountId,
    (charge, part): (ChargeId, Part),
    amount: Money,
    reason: UndoReason,
) -> Result<BTreeSet<PaymentId>, Refusal> {
    let state = draft.account(account);
    let mut newest: Vec<Arc<Allocation>> =
        state.allocations().filter(|a| (a.charge, a.part) == (charge, part)).cloned().collect();
    newest.sort_by_key(|allocation| std::cmp::Reverse(allocation.order));
    drop(state);
    let (mut left, mut payments) = (amount, BTreeSet::new());
    for allocation in newest {
        let part = allocation.amount.min(left);
        if part.is_positive() {
            left = left.minus(part)?;
            undo(draft, account, &allocation, part, reason)?;
            payments.extend(draft.account(account).lot(allocation.lot).and_then(|lot| lot.payment()));
        }
    }
    Ok(payments)
}

/// Undoes an allocation or a part of it; the caller amends or reverses the receipts.
///
/// # Errors
/// [`AccountRefusal`] when lot or charge are not there, or the deposit that it paid is no longer held.
pub(crate) fn undo(
    draft: &mut Draft<'_>,
    account: AccountId,
    allocation: &Allocation,
    amount: Money,
    reason: UndoReason,
) -> Result<(), Refusal> {
    let today = draft.context.today;
    undo_on(draft, account, (allocation, amount), reason, today)
}

/// The same, counting on a given day.
///
/// # Errors
/// As [`undo`].
pub(crate) fn undo_on(
    draft: &mut Draft<'_>,
    account: AccountId,
    (allocation, amount): (&Allocation, Money),
    reason: UndoReason,
    on: CivilDate,
) -> Result<(), Refusal> {
    let state = draft.account(account);
    let lot = state.lot(allocation.lot).ok_or(AccountRefusal::LotMustExist)?;
    let charge = state.charge(allocation.charge).ok_or(AccountRefusal::ChargeMustExist)?;
    let vat = match &allocation.vat {
        Some(vat) => {
            let left = allocation.amount.minus(amount)?;
            Some(vat_lowered(vat.category, vat.rate, allocation.amount, left)?)
        }
        None => None,
    };
    let undone = ChargePaymentUndone {
        allocation: allocation.allocation,
        lot: allocation.lot,
        charge: allocation.charge,
        part: allocation.part,
        amount,
        holder: lot.holder,
        value_on: lot.value_on,
        mode: allocation.mode,
        vat,
        booking: charge.booking.clone(),
        reason,
    };
    // What went back to its payer, or is kept, is no credit.
    if charge.booking.fund == Fund::Deposit {
        let held = state.deposit(DepositId(charge.charge.uuid()), lot.holder).map(|deposit| deposit.held);
        let held = held.unwrap_or_default();
        if amount > held {
            return Err(AccountRefusal::AmountMustNotExceedDeposit.with("held", held));
        }
    }
    // What units bore of spends is gone.
    if charge.booking.fund == Fund::MaintenanceFund {
        let balance = state.fund().balance();
        if amount > balance {
            return Err(AccountRefusal::AmountMustNotExceedFund.with("balance", balance));
        }
    }
    drop(state);
    draft.push_on(account, on, undone);
    Ok(())
}
