//! Records that the supplier of a spend was paid, out of the fund's own bank account.

use super::posted;
use crate::book::Fund;
use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundSpendPaid, FundSpendRefusal};
use crate::id::FundSpendId;
use crate::money::Money;
use crate::payment::{Channel, PaymentRefusal};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::Code;

/// Money left for a spend; it happened outside, so it counts on its day, if its month is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayFundSpend {
    /// The spend.
    pub spend: FundSpendId,
    /// How much.
    pub amount: Money,
    /// Out of which channel account.
    pub channel: Channel,
    /// The bank's own number.
    pub reference: Option<Code>,
    /// The day it left.
    pub value_on: CivilDate,
}

impl Decide for PayFundSpend {
    fn operation(&self) -> &'static str {
        "pay_fund_spend"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.spend.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, opened) = posted(draft, self.spend)?;
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if self.value_on > draft.context.today {
            return Err(PaymentRefusal::ValueDateMustNotBeInFuture.at("/value_on"));
        }
        if self.channel.kind != ChannelKind::Bank || self.channel.purse != Fund::MaintenanceFund.purse() {
            return Err(FundSpendRefusal::FundSpendMustBePaidByFundBank.at("/channel_account"));
        }
        let open = state.borne().minus(state.paid())?;
        if self.amount > open {
            return Err(FundSpendRefusal::FundSpendPaymentMustNotExceedBorne.with("open", open).at("/amount"));
        }
        // Never before it was owed.
        let owed_on = state.posted_on().unwrap_or(draft.context.today);
        drop(state);
        let paid = FundSpendPaid {
            supplier: opened.supplier,
            payment: draft.mint("supplier_payment"),
            amount: self.amount,
            channel_account: self.channel.id,
            channel: self.channel.kind,
            seen: self.channel.seen.clone(),
            reference: self.reference.clone(),
            value_on: self.value_on,
        };
        let on = outside_on(draft, self.value_on.max(owed_on));
        draft.push_on(self.spend, on, paid);
        Ok(())
    }
}
