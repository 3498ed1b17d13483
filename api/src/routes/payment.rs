//! Payments, receipts and shifts: money in.

use crate::body::{NonNegative, Personal, Positive, bodies, rules};
use crate::command::{Call, commands};
use crate::problem::Problem;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{AccountId, ChannelAccountId, ChargeId, FeeItemId, ShiftId};
use mingzhang_domain::payment::{self, Channel, Pays, Spending};
use mingzhang_domain::shift;
use mingzhang_domain::value::{Code, Label};

/// A channel account of the community's company, as the company's ledger says.
pub(super) fn channel(call: &Call<'_>, id: ChannelAccountId) -> Result<Channel, Problem> {
    let unknown = || Problem::invalid_body().at("/channel_account", rules::CHANNEL_ACCOUNT_UNKNOWN);
    let account = call.app.directory.channel_account(call.company()?, id).filter(|account| account.open);
    let account = account.ok_or_else(unknown)?;
    Ok(Channel { id, kind: account.kind, purse: account.purse, seen: vec![account.seen] })
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
        /// What it pays; absent: it waits in suspense.
        spending: Option<SpendingBody>,
    } => {
        let channel = channel(call, body.channel_account)?;
        // No person is known yet: the name is sealed under a subject of its own.
        let payer = body.payer.map(|payer| call.seal(crate::ids::mint::<uuid::Uuid>(), payer.as_str()));
        payment::RecordPayment {
            channel,
            reference: body.reference,
            shift: body.shift,
            amount: body.amount.0,
            value_on: body.value_on,
            payer,
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
        /// Remark about things, not people.
        remark: Option<Label>,
    } => shift::CloseShift { shift: call.id("shift")?, counted: body.counted.0, remark: body.remark };
}
