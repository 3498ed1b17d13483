//! Records that the bank took money back 退汇/退票: everything the money did is undone, as of the bank's day.
//!
//! It happened outside, so it is never refused for a closed month. Its reference stays taken: the line itself was real, and
//! stands in whatever statement it comes with again.

use super::live;
use super::record_payment::{claim_reference, must_be_dated};
use super::reverse_payment::{must_be_whole, take_back};
use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::PaymentId;
use crate::payment::{PaymentBounced, PaymentRefusal};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Code, Label};

/// A transfer or a cheque did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordBounce {
    /// The payment.
    pub payment: PaymentId,
    /// The bank's serial of taking it back.
    pub reference: Code,
    /// The bank day on which it went.
    pub booked_on: CivilDate,
    /// Why, as the bank says.
    pub reason: Label,
}

impl Decide for RecordBounce {
    fn operation(&self) -> &'static str {
        "record_bounce"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, received) = live(draft, self.payment)?;
        if received.channel != ChannelKind::Bank {
            return Err(PaymentRefusal::BouncedMoneyMustBeOfBank.into());
        }
        must_be_dated(draft, (self.booked_on, "/booked_on"))?;
        if self.booked_on < received.value_on {
            return Err(PaymentRefusal::BounceMustFollowMoney.at("/booked_on"));
        }
        let lots = state.lots().to_vec();
        must_be_whole(draft, &state, &lots)?;
        // Nothing is undone before the day on which it was done.
        let mut on = outside_on(draft, self.booked_on).max(state.newest_on().unwrap_or(self.booked_on));
        drop(state);
        for (account, lot) in &lots {
            let state = draft.account(*account);
            on = state.allocations().filter(|paid| paid.lot == *lot).map(|paid| paid.on).fold(on, CivilDate::max);
        }
        take_back(draft, self.payment, &lots, &self.reason, on)?;
        let bounced = PaymentBounced {
            channel_account: received.channel_account,
            channel: received.channel,
            purse: received.purse,
            amount: received.amount,
            reference: self.reference.clone(),
            value_on: self.booked_on,
            reason: self.reason.clone(),
        };
        draft.push_on(self.payment, on, bounced);
        claim_reference(draft, received.channel_account, self.reference.clone(), self.payment)
    }
}
