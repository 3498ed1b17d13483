//! Records that a supplier was paid.

use super::standing;
use crate::book::Fund;
use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::SupplierBillId;
use crate::money::Money;
use crate::payment::{Channel, PaymentRefusal};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::supplier_bill::{SupplierBillPaid, SupplierBillRefusal};
use crate::value::Code;

/// Money left for a bill; it happened outside, so it counts on its day, if its month is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaySupplierBill {
    /// The bill.
    pub bill: SupplierBillId,
    /// How much.
    pub amount: Money,
    /// Out of which channel account.
    pub channel: Channel,
    /// The bank's own number.
    pub reference: Option<Code>,
    /// The day it left.
    pub value_on: CivilDate,
}

impl Decide for PaySupplierBill {
    fn operation(&self) -> &'static str {
        "pay_supplier_bill"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.bill.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, recorded, recorded_on) = standing(draft, self.bill)?;
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if self.value_on > draft.context.today {
            return Err(PaymentRefusal::ValueDateMustNotBeInFuture.at("/value_on"));
        }
        if self.channel.kind != ChannelKind::Bank || self.channel.purse != Fund::PassThrough.purse() {
            return Err(SupplierBillRefusal::SupplierMustBePaidByBank.at("/channel_account"));
        }
        let open = recorded.amount.minus(state.paid())?;
        if self.amount > open {
            return Err(SupplierBillRefusal::SupplierPaymentMustNotExceedOpen.with("open", open).at("/amount"));
        }
        drop(state);
        let paid = SupplierBillPaid {
            of: recorded.of,
            payment: draft.mint("supplier_payment"),
            amount: self.amount,
            channel_account: self.channel.id,
            channel: self.channel.kind,
            seen: self.channel.seen.clone(),
            reference: self.reference.clone(),
            value_on: self.value_on,
        };
        // Never before it was owed.
        let on = outside_on(draft, self.value_on.max(recorded_on));
        draft.push_on(self.bill, on, paid);
        Ok(())
    }
}
