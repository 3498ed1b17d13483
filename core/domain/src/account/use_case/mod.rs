//! Commands of accounts, one file each.

mod adjudge_late_fee;
mod allocate_credit;
mod approve_refund;
mod demand_fund;
mod draw_down_credit;
mod fail_refund;
mod forfeit_deposit;
mod move_credit;
mod post_charge;
mod reduce_charge;
mod release_credit;
mod return_deposit;
mod reverse_charge;
mod reverse_forfeiture;
mod settle_refund;
mod undo_allocation;
mod waive_charges;
mod waive_late_fee;
mod write_off_charge;

pub use adjudge_late_fee::AdjudgeLateFee;
pub use allocate_credit::AllocateCredit;
pub use approve_refund::ApproveRefund;
pub use demand_fund::{DemandFund, MAX_FUND_UNITS};
pub use draw_down_credit::DrawDownCredit;
pub use fail_refund::FailRefund;
pub use forfeit_deposit::ForfeitDeposit;
pub use move_credit::MoveCredit;
pub use post_charge::{ChargeFor, PostCharge};
pub use reduce_charge::ReduceCharge;
pub(crate) use reduce_charge::lower_charge;
pub use release_credit::ReleaseCredit;
pub use return_deposit::ReturnDeposit;
pub use reverse_charge::ReverseCharge;
pub(crate) use reverse_charge::{corrections_must_be_off, reverse_live};
pub use reverse_forfeiture::ReverseForfeiture;
pub use settle_refund::SettleRefund;
pub use undo_allocation::UndoAllocation;
pub use waive_charges::{WaiveCharges, Waiver};
pub use waive_late_fee::WaiveLateFee;
pub use write_off_charge::WriteOffCharge;

use super::charging::vat_lowered;
use super::deposit::Deposit;
use super::lot::Lot;
use super::refund::{Refund, RefundStage};
use super::refusal::AccountRefusal;
use super::state::Charge;
use super::terms::{Booking, VatSplit};
use crate::approval::Approved;
use crate::books::tax_point;
use crate::channel_refund::ChannelRefundRefusal;
use crate::draft::Draft;
use crate::id::{AccountId, BooksId, ChannelRefundId, ChargeId, DepositId, LotId, PartyId, RefundId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::party::PartyRefusal;
use crate::refusal::{CommonRefusal, Refusal};
use crate::value::{Digest, Label};
use std::sync::Arc;

/// What is taken off a charge, and on whose word.
#[derive(Debug, Clone)]
pub(crate) struct Lowering {
    /// How much.
    pub(crate) amount: Money,
    /// Why.
    pub(crate) reason: Label,
    /// By whom.
    pub(crate) approved: Approved,
    /// The company facts that the authority rests on.
    pub(crate) seen: Vec<Seen>,
}

/// A charge that is not reversed.
fn live_charge(draft: &Draft<'_>, account: AccountId, charge: ChargeId) -> Result<Arc<Charge>, Refusal> {
    let state = must_exist(draft, account)?;
    let charge = state.charge(charge).ok_or(AccountRefusal::ChargeMustExist)?;
    if charge.reversed { Err(AccountRefusal::ChargeMustBeLive.into()) } else { Ok(charge.clone()) }
}

/// How a charge stands on the books by now: once its month was released, its revenue is earned and its tax is due.
pub(super) fn booked(draft: &Draft<'_>, charge: &Charge) -> Booking {
    let booking = charge.booking.clone();
    if booking.recognised && booking.tax_due {
        return booking;
    }
    let books = draft.books(BooksId::of_ledger(draft.context.ledger_id));
    let released = books.is_released(booking.period, booking.account);
    // What no month moves is set right by the next close: it follows what is received or invoiced.
    let tax_due = booking.tax_due || (released && tax_point(draft, charge).is_service());
    Booking { recognised: booking.recognised || released, tax_due, ..booking }
}

/// Tax in what a charge is lowered by to what is left: at the treatment of its tax point, once that has passed.
pub(super) fn tax_off(draft: &Draft<'_>, charge: &Charge, left: Money) -> Result<VatSplit, Refusal> {
    let booking = &charge.booking;
    let books = draft.books(BooksId::of_ledger(draft.context.ledger_id));
    let released = books.is_released(booking.period, booking.account);
    let waited = !booking.tax_due && released && tax_point(draft, charge).is_service();
    match books.vat_at_tax_point(booking.period, booking.fee_item).filter(|_| waited) {
        Some(vat) => vat_lowered(vat.category, vat.rate, charge.owed, left),
        None => vat_lowered(charge.vat_category, charge.vat_rate, charge.owed, left),
    }
}

/// A live charge that a positive amount is taken off.
fn lowerable(draft: &Draft<'_>, account: AccountId, charge: ChargeId, amount: Money) -> Result<Arc<Charge>, Refusal> {
    let charge = live_charge(draft, account, charge)?;
    if amount.is_positive() { Ok(charge) } else { Err(CommonRefusal::AmountMustBePositive.at("/amount")) }
}

fn lot_of(draft: &Draft<'_>, account: AccountId, lot: LotId) -> Result<Arc<Lot>, Refusal> {
    Ok(must_exist(draft, account)?.lot(lot).ok_or(AccountRefusal::LotMustExist)?.clone())
}

/// Refuses another payee who is none, or without the evidence that he may have it.
fn payee_must_fit(
    draft: &Draft<'_>,
    holder: PartyId,
    (payee, evidence): (Option<PartyId>, Option<Digest>),
) -> Result<(), Refusal> {
    if let Some(payee) = payee {
        if draft.party(payee).kind().is_none() {
            return Err(PartyRefusal::PartyMustExist.at("/payee"));
        }
        if payee == holder {
            return Err(AccountRefusal::PayeeMustNotBeHolder.at("/payee"));
        }
    }
    if payee.is_some() == evidence.is_some() {
        Ok(())
    } else {
        Err(AccountRefusal::EvidenceMustNamePayee.at("/evidence"))
    }
}

/// A deposit of a payer that so much of is held.
fn deposit_of(
    draft: &Draft<'_>,
    account: AccountId,
    (deposit, payer): (DepositId, PartyId),
    amount: Money,
) -> Result<Deposit, Refusal> {
    let state = must_exist(draft, account)?;
    let deposit = state.deposit(deposit, payer).ok_or(AccountRefusal::DepositMustExist)?;
    if !amount.is_positive() {
        return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
    }
    if amount > deposit.held {
        return Err(AccountRefusal::AmountMustNotExceedDeposit.with("held", deposit.held).at("/amount"));
    }
    Ok(deposit.clone())
}

/// A refund that is approved and neither settled nor failed.
pub(crate) fn refund_in_flight(
    draft: &Draft<'_>,
    account: AccountId,
    refund: RefundId,
) -> Result<Arc<Refund>, Refusal> {
    let state = must_exist(draft, account)?;
    let refund = state.refund(refund).ok_or(AccountRefusal::RefundMustExist)?;
    match refund.stage {
        RefundStage::InFlight => Ok(refund.clone()),
        RefundStage::Settled | RefundStage::Failed => Err(AccountRefusal::RefundMustBeInFlight.into()),
    }
}

/// A refund that a person may settle or fail: no provider may pay it.
fn refund_at_hand(draft: &Draft<'_>, account: AccountId, refund: RefundId) -> Result<Arc<Refund>, Refusal> {
    let found = refund_in_flight(draft, account, refund)?;
    if draft.channel_refund(ChannelRefundId::of_refund(refund)).is_ongoing() {
        return Err(ChannelRefundRefusal::RefundMustNotBeSent.into());
    }
    Ok(found)
}

fn must_exist(draft: &Draft<'_>, account: AccountId) -> Result<Arc<super::AccountState>, Refusal> {
    let state = draft.account(account);
    if state.unit().is_some() { Ok(state) } else { Err(AccountRefusal::AccountMustExist.into()) }
}
