//! Charges, credit and refunds of an account; the allowance of all.

use super::payment::{authority, channel};
use crate::body::{NonNegative, Positive, bodies};
use crate::command::commands;
use mingzhang_domain::account::{self, ChargeFor, Waiver};
use mingzhang_domain::books;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::id::{ApprovalId, ChannelAccountId, ChargeId, FeeItemId, LotId, PartyId, ShiftId};
use mingzhang_domain::value::{Code, Digest, Label};

bodies! {
    /// What is waived of one charge.
    pub struct WaiverBody {
        /// The charge.
        pub charge: ChargeId,
        /// How much, at most what is open; absent: all that is open.
        pub amount: Option<Positive>,
    }
}

impl From<WaiverBody> for Waiver {
    fn from(body: WaiverBody) -> Self {
        Self { charge: body.charge, amount: body.amount.map(|amount| amount.0) }
    }
}

commands! {
    /// Posts one charge on an account.
    pub PostCharge(PostChargeBody) = "post_charge" |call, body| {
        /// The fee item: its fund, priority and tax.
        fee_item: FeeItemId,
        /// The charge that it corrects upwards; absent: it is a charge of its own.
        correction_of: Option<ChargeId>,
        /// Service time; who owes its first day owes it.
        service: DateRange,
        /// When it is due, not before the community's notice days from now.
        due_on: CivilDate,
        /// How much, tax included.
        amount: Positive,
    } => account::PostCharge {
        account: call.id("account")?,
        fee_item: body.fee_item,
        purpose: body.correction_of.map_or(ChargeFor::Once, ChargeFor::Correction),
        service: body.service,
        due_on: body.due_on,
        amount: body.amount.0,
    };

    /// Waives what is open of some charges, or parts of it, by one reason and one approval whose limit is for the sum: all of them or none.
    pub WaiveCharges(WaiveChargesBody) = "waive_charges" |call, body| {
        /// The charges, 1–50, each once.
        charges: Vec<WaiverBody>,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::WaiveCharges => account::WaiveCharges {
        account: call.id("account")?,
        charges: body.charges.into_iter().map(Waiver::from).collect(),
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Reduces a charge that was too high; what was paid beyond becomes credit.
    pub ReduceCharge(ReduceChargeBody) = "reduce_charge" |call, body| {
        /// By how much.
        amount: Positive,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::ReduceCharge => account::ReduceCharge {
        account: call.id("account")?,
        charge: call.id("charge")?,
        amount: body.amount.0,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Reverses a charge; what was paid for it becomes credit again.
    pub ReverseCharge(ReverseChargeBody) = "reverse_charge" |call, body| {
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::ReverseCharge => account::ReverseCharge {
        account: call.id("account")?,
        charge: call.id("charge")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Writes open principal of a charge off against the allowance; it stays owed, and money for it is a recovery.
    pub WriteOffCharge(WriteOffChargeBody) = "write_off_charge" |call, body| {
        /// How much, at most what is open.
        amount: Positive,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::WriteOffCharge => account::WriteOffCharge {
        account: call.id("account")?,
        charge: call.id("charge")?,
        amount: body.amount.0,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Sets the allowance for receivables that are expected to be lost; the difference is an expense of today.
    pub SetAllowance(SetAllowanceBody) = "set_allowance" |call, body| {
        /// What was ever provided for, this included, before what was written off against it.
        provided: NonNegative,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks books::SetAllowance => books::SetAllowance {
        provided: body.provided.0,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Pays a charge out of a lot of credit; what was written off of it is recovered.
    pub AllocateCredit(AllocateCreditBody) = "allocate_credit" |call, body| {
        /// The lot.
        lot: LotId,
        /// The charge.
        charge: ChargeId,
        /// How much; absent: as much as there is and is owed.
        amount: Option<Positive>,
        /// Its late fee up to yesterday is paid with it, in the community's order of the two, but for days that the credit covers.
        late_fee: Option<bool>,
    } => account::AllocateCredit {
        account: call.id("account")?,
        lot: body.lot,
        charge: body.charge,
        amount: body.amount.map(|amount| amount.0),
        late_fee: body.late_fee.unwrap_or_default(),
    };

    /// Undoes a live allocation: the charge is open again, the money is credit again.
    pub UndoAllocation(UndoAllocationBody) = "undo_allocation" |call, body| {
    } => account::UndoAllocation { account: call.id("account")?, allocation: call.id("allocation")? };

    /// Draws free credit of an account down on its open charges.
    pub DrawDownCredit(DrawDownCreditBody) = "draw_down_credit" |call, body| {
    } => account::DrawDownCredit { account: call.id("account")? };

    /// Releases a lot that its payer kept back.
    pub ReleaseCredit(ReleaseCreditBody) = "release_credit" |call, body| {
    } => account::ReleaseCredit { account: call.id("account")?, lot: call.id("lot")? };

    /// Moves credit of a lot to another party on the same account.
    pub MoveCredit(MoveCreditBody) = "move_credit" |call, body| {
        /// How much.
        amount: Positive,
        /// The new holder.
        to: PartyId,
        /// Commitment to what the holder signed, such as the SHA-256 of the paper.
        evidence: Digest,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::MoveCredit => account::MoveCredit {
        account: call.id("account")?,
        lot: call.id("lot")?,
        amount: body.amount.0,
        to: body.to,
        evidence: body.evidence,
        authority: authority(call, body.approval)?,
    };

    /// Carries an approved refund out: the credit becomes payable.
    pub ApproveRefund(ApproveRefundBody) = "approve_refund" |call, body| {
        /// The lot it comes from.
        lot: LotId,
        /// How much, never more than is left of the lot.
        amount: Positive,
        /// Another party that it is paid to, always with an approval; absent: to the source of the money.
        payee: Option<PartyId>,
        /// Commitment to the evidence that the payee may have it; exactly with a payee.
        evidence: Option<Digest>,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::ApproveRefund => account::ApproveRefund {
        account: call.id("account")?,
        lot: body.lot,
        amount: body.amount.0,
        payee: body.payee,
        evidence: body.evidence,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Records that a refund was paid out.
    pub SettleRefund(SettleRefundBody) = "settle_refund" |call, body| {
        /// Out of which channel account.
        channel_account: ChannelAccountId,
        /// The cashier's open shift; exactly for cash.
        shift: Option<ShiftId>,
        /// The reference of the outgoing payment.
        reference: Option<Code>,
        /// The day it left.
        value_on: CivilDate,
    } => account::SettleRefund {
        account: call.id("account")?,
        refund: call.id("refund")?,
        channel: channel(call, body.channel_account)?,
        shift: body.shift,
        reference: body.reference,
        value_on: body.value_on,
    };

    /// Returns the amount of a refund in flight to its lot.
    pub FailRefund(FailRefundBody) = "fail_refund" |call, body| {
        /// Why.
        reason: Label,
    } => account::FailRefund { account: call.id("account")?, refund: call.id("refund")?, reason: body.reason };
}
