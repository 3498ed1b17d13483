//! Cash that payments and refunds move through a shift.
//!
//! May never happen here: cash taken or given outside an open shift of that box by its own cashier.

use super::event::{CashReturned, CashTaken, ShiftOpened};
use super::refusal::ShiftRefusal;
use super::state::ShiftState;
use crate::draft::Draft;
use crate::envelope::ActorKind;
use crate::id::{ChannelAccountId, PaymentId, RefundId, ShiftId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::value::{Code, Count};
use std::sync::Arc;

/// The next slip of a shift and the payment reference it makes, unique at the cash box.
///
/// # Errors
/// [`ShiftRefusal`] unless the actor's own shift is open at that box.
pub(crate) fn next_slip(
    draft: &Draft<'_>,
    shift: ShiftId,
    cash_box: ChannelAccountId,
) -> Result<(Count, Code), Refusal> {
    let state = open_shift(draft, shift, cash_box)?;
    let slip = Count(state.slips().saturating_add(1));
    // The last 80 bits of the shift's id: a full one would not leave room for the slip.
    let id = shift.uuid().simple().to_string();
    let reference = format!("{}-{slip}", id.get(12..).unwrap_or_default());
    Ok((slip, reference.parse().map_err(|_| ShiftRefusal::ShiftMustExist)?))
}

/// Cash of a payment goes into the box.
pub(crate) fn take(draft: &mut Draft<'_>, shift: ShiftId, payment: PaymentId, slip: Count, amount: Money) {
    draft.push(shift, CashTaken { payment, slip, amount });
}

/// Cash goes out of the box.
///
/// # Errors
/// [`ShiftRefusal`] unless the actor's own shift is open at that box and holds as much.
pub(crate) fn give(
    draft: &mut Draft<'_>,
    shift: ShiftId,
    cash_box: ChannelAccountId,
    returned: (Option<PaymentId>, Option<RefundId>),
    amount: Money,
) -> Result<(), Refusal> {
    let expected = open_shift(draft, shift, cash_box)?.expected();
    if expected < amount {
        return Err(ShiftRefusal::CashMustSuffice.with("expected", expected));
    }
    draft.push(shift, CashReturned { payment: returned.0, refund: returned.1, amount });
    Ok(())
}

fn open_shift(draft: &Draft<'_>, shift: ShiftId, cash_box: ChannelAccountId) -> Result<Arc<ShiftState>, Refusal> {
    let state = draft.shift(shift);
    let opened = state.opened().ok_or(ShiftRefusal::ShiftMustExist)?;
    if !state.is_open() {
        return Err(ShiftRefusal::ShiftMustBeOpen.at("/shift"));
    }
    if opened.channel_account != cash_box {
        return Err(ShiftRefusal::ShiftMustBeOfCashBox.at("/shift"));
    }
    must_be_of_cashier(draft, opened)?;
    Ok(state)
}

/// Whoever acts has the box.
///
/// # Errors
/// [`ShiftRefusal::ShiftMustBeOfCashier`].
pub(crate) fn must_be_of_cashier(draft: &Draft<'_>, opened: &ShiftOpened) -> Result<(), Refusal> {
    let actor = draft.context.actor;
    if actor.kind == ActorKind::Staff && actor.id == opened.cashier.uuid() {
        Ok(())
    } else {
        Err(ShiftRefusal::ShiftMustBeOfCashier.at("/shift"))
    }
}
