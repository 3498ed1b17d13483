//! Payments, receipts and shifts: money in.

use crate::app::App;
use crate::body::{NonNegative, Personal, Positive, bodies, rules};
use crate::command::{Call, commands};
use crate::problem::Problem;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{
    AccountId, ApprovalId, ChannelAccountId, ChargeId, FeeItemId, LedgerId, LotId, ShiftId, StaffId,
};
use mingzhang_domain::payment::{self, Channel, PaymentMethod, Pays, Spending};
use mingzhang_domain::shift;
use mingzhang_domain::value::{Code, Label};
use mingzhang_store::vault::ItemKind;

/// A channel account of a company that takes money.
pub(super) fn open_channel(app: &App, company: LedgerId, id: ChannelAccountId) -> Result<Channel, Problem> {
    let account = app.directory.channel_account(company, id).filter(|account| account.open);
    let unknown = || Problem::invalid_body().at("/channel_account", rules::CHANNEL_ACCOUNT_UNKNOWN);
    account.map(|account| account.channel(id)).ok_or_else(unknown)
}

/// A channel account of the community's company, as the company's ledger says.
pub(super) fn channel(call: &Call<'_>, id: ChannelAccountId) -> Result<Channel, Problem> {
    open_channel(call.app, call.company()?, id)
}

/// On whose word a command is carried out: an approval by another, or the limit of the caller's role.
pub(super) fn authority(call: &Call<'_>, approval: Option<ApprovalId>) -> Result<Authority, Problem> {
    Ok(Authority { approval, standing: call.standing()? })
}

bodies! {
    /// An account that a payment reaches.
    pub struct PaysBody {
        /// The account.
        pub account: AccountId,
        /// Charges the payer named, in order.
        pub charges: Option<Vec<ChargeId>>,
        /// Exactly so much for this account, its rest as credit of it; absent: the accounts share the money by due date.
        pub amount: Option<Positive>,
    }

    /// What is to be done with money.
    pub struct SpendingBody {
        /// The accounts it reaches; none leaves it in suspense, unless there is one for the rest.
        pub pays: Option<Vec<PaysBody>>,
        /// Whose credit the rest becomes; absent: the rest stays in suspense.
        pub rest_to: Option<AccountId>,
        /// The rest only pays this fee item.
        pub earmark: Option<FeeItemId>,
        /// Only the named charges are paid, and the rest is kept back from draw-down.
        pub charges_only: Option<bool>,
    }
}

impl From<SpendingBody> for Spending {
    fn from(body: SpendingBody) -> Self {
        let pays = |pays: PaysBody| Pays {
            account: pays.account,
            charges: pays.charges.unwrap_or_default(),
            amount: pays.amount.map(|amount| amount.0),
        };
        Self {
            pays: body.pays.unwrap_or_default().into_iter().map(pays).collect(),
            rest_to: body.rest_to,
            earmark: body.earmark,
            charges_only: body.charges_only.unwrap_or(false),
            as_of: None,
        }
    }
}

commands! {
    /// Records money received and spends it in the order of the allocation policy; receipts are decided with it.
    pub RecordPayment(RecordPaymentBody) = "record_payment" |call, body| {
        /// Where it lies.
        channel_account: ChannelAccountId,
        /// The channel's own number; not for cash, whose number is shift and slip.
        reference: Option<Code>,
        /// The cashier's open shift; exactly for cash.
        shift: Option<ShiftId>,
        /// How much.
        amount: Positive,
        /// The day it was really the company's.
        value_on: CivilDate,
        /// Payer's name; goes to the vault.
        payer: Option<Personal>,
        /// By what it is paid; absent: what is usual for the channel account. A cheque's number is its reference.
        method: Option<PaymentMethod>,
        /// What the payer puts on the counter, for cash; the answer and the payment say his change.
        tendered: Option<Positive>,
        /// What of the amount the payer need not put down 抹零, within the community's limit; all of it must pay charges.
        rounding: Option<Positive>,
        /// What it pays; absent: it waits in suspense.
        spending: Option<SpendingBody>,
    } => {
        let channel = channel(call, body.channel_account)?;
        // No person is known yet: the name is sealed under a subject of its own.
        let payer = body.payer.map(|payer| call.seal(crate::ids::mint::<uuid::Uuid>(), ItemKind::Payer, payer.as_str()));
        payment::RecordPayment {
            channel,
            reference: body.reference,
            shift: body.shift,
            amount: body.amount.0,
            value_on: body.value_on,
            payer,
            method: body.method,
            tendered: body.tendered.map(|tendered| tendered.0),
            rounding: body.rounding.map(|rounding| rounding.0),
            spending: body.spending.map(Spending::from).unwrap_or_default(),
        }
    };

    /// Opens a shift of the acting cashier at a cash box.
    pub OpenShift(OpenShiftBody) = "open_shift" |call, body| {
        /// The cash box.
        channel_account: ChannelAccountId,
        /// Cash in the box at the start.
        float: NonNegative,
    } => shift::OpenShift { channel: channel(call, body.channel_account)?, float: body.float.0 };

    /// Counts the box and closes the shift; a difference is a fact.
    pub CloseShift(CloseShiftBody) = "close_shift" |call, body| {
        /// Cash in the box.
        counted: NonNegative,
        /// The cashier who takes the box over; absent when the money goes elsewhere.
        handed_over_to: Option<StaffId>,
        /// Remark about things, not people.
        remark: Option<Label>,
    } => {
        let next = |staff| call.roles_of(staff).map(|roles| shift::Successor { staff, roles });
        shift::CloseShift {
            shift: call.id("shift")?,
            counted: body.counted.0,
            handed_over_to: body.handed_over_to.map(next).transpose()?,
            remark: body.remark,
        }
    };

    /// Says whose money in suspense is.
    pub IdentifySuspense(IdentifySuspenseBody) = "identify_suspense" |call, body| {
        /// How much of its suspense; absent: all of it.
        amount: Option<Positive>,
        /// What it pays.
        spending: SpendingBody,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks payment::IdentifySuspense => payment::IdentifySuspense {
        payment: call.id("payment")?,
        amount: body.amount.map(|amount| amount.0),
        spending: body.spending.into(),
        authority: authority(call, body.approval)?,
    };

    /// Withdraws what is left of a lot into suspense: it was somebody else's money.
    pub UnidentifySuspense(UnidentifySuspenseBody) = "unidentify_suspense" |call, body| {
        /// The account.
        account: AccountId,
        /// The lot.
        lot: LotId,
        /// How much; absent: all that is left.
        amount: Option<Positive>,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks payment::UnidentifySuspense => payment::UnidentifySuspense {
        payment: call.id("payment")?,
        account: body.account,
        lot: body.lot,
        amount: body.amount.map(|amount| amount.0),
        authority: authority(call, body.approval)?,
    };

    /// Records that money in suspense left again.
    pub ReturnSuspense(ReturnSuspenseBody) = "return_suspense" |call, body| {
        /// How much.
        amount: Positive,
        /// Out of which channel account.
        channel_account: ChannelAccountId,
        /// The cashier's open shift; exactly for cash.
        shift: Option<ShiftId>,
        /// The reference of the outgoing payment.
        reference: Option<Code>,
        /// The day it left.
        value_on: CivilDate,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks payment::ReturnSuspense => payment::ReturnSuspense {
        payment: call.id("payment")?,
        amount: body.amount.0,
        channel: channel(call, body.channel_account)?,
        shift: body.shift,
        reference: body.reference,
        value_on: body.value_on,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Reverses a payment that was recorded by mistake; its allocations are undone and its receipts marked.
    pub ReversePayment(ReversePaymentBody) = "reverse_payment" |call, body| {
        /// Why.
        reason: Label,
        /// The approval; needed once a receipt was printed or the shift of the cash is over.
        approval: Option<ApprovalId>,
    } asks payment::ReversePayment => payment::ReversePayment {
        payment: call.id("payment")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Records a print of a receipt.
    pub PrintReceipt(PrintReceiptBody) = "print_receipt" |call, body| {
    } => payment::PrintReceipt { payment: call.id("payment")?, receipt: call.id("receipt")? };
}
