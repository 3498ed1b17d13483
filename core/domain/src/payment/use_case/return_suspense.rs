//! Sends money back that nobody claimed or that was paid by mistake.

use super::live;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{PaymentId, ShiftId};
use crate::ledger::joined;
use crate::money::Money;
use crate::payment::{Channel, PaymentRefusal, SuspenseReturned};
use crate::refusal::{CommonRefusal, Refusal};
use crate::shift;
use crate::stream::StreamRef;
use crate::value::{Code, Label};

/// Records that money in suspense left again; it happened outside, so it counts on its day, if its month is open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReturnSuspense {
    /// The payment.
    pub payment: PaymentId,
    /// How much.
    pub amount: Money,
    /// Out of which channel account.
    pub channel: Channel,
    /// The cashier's open shift; exactly for cash.
    pub shift: Option<ShiftId>,
    /// The reference of the outgoing payment.
    pub reference: Option<Code>,
    /// The day it left.
    pub value_on: CivilDate,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// Money in suspense is nobody's: no account is touched.
impl Staked for ReturnSuspense {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake { amount: Some(self.amount), ..Stake::default() })
    }
}

impl Decide for ReturnSuspense {
    fn operation(&self) -> &'static str {
        "return_suspense"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, received) = live(draft, self.payment)?;
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if self.amount > state.suspense() {
            return Err(PaymentRefusal::AmountMustNotExceedSuspense.with("suspense", state.suspense()).at("/amount"));
        }
        if self.value_on > draft.context.today {
            return Err(PaymentRefusal::ValueDateMustNotBeInFuture.at("/value_on"));
        }
        if self.channel.purse != received.purse {
            return Err(PaymentRefusal::PursesMustNotMix.at("/channel_account"));
        }
        let came_in = state.effective_on().unwrap_or(received.value_on);
        drop(state);
        let warrant = authorise(draft, self, self.authority)?;
        match (self.channel.kind, self.shift) {
            (ChannelKind::Cash, Some(shift)) => {
                shift::give(draft, shift, self.channel.id, (Some(self.payment), None), self.amount)?;
            }
            (ChannelKind::Cash, None) => return Err(PaymentRefusal::ShiftMustBeGiven.at("/shift")),
            (ChannelKind::Bank | ChannelKind::Pos | ChannelKind::Online, None) => {}
            (ChannelKind::Bank | ChannelKind::Pos | ChannelKind::Online, Some(_)) => {
                return Err(PaymentRefusal::ShiftMustNotBeGiven.at("/shift"));
            }
        }
        let returned = SuspenseReturned {
            amount: self.amount,
            received_in: received.channel_account,
            channel_account: self.channel.id,
            channel: self.channel.kind,
            purse: self.channel.purse,
            shift: self.shift,
            reference: self.reference.clone(),
            value_on: self.value_on,
            reason: self.reason.clone(),
            approved: warrant.approved,
            seen: joined(&self.channel.seen, &warrant.seen),
        };
        // Never before it came in.
        let on = outside_on(draft, self.value_on.max(came_in));
        draft.push_on(self.payment, on, returned);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{day, money, told};
    use crate::approval::fixture::limit;
    use crate::payment::Spending;
    use crate::payment::fixture::{bank, cash_box, fund_bank, payment, story, transfer};

    #[test]
    fn never_more_than_is_in_suspense_and_never_another_purses() {
        let mut story = story();
        let paid = payment(&mut story, &transfer("T1", "50.00", "2026-01-01", Spending::default()));
        let back = |amount, channel| ReturnSuspense {
            payment: paid,
            amount: money(amount),
            channel,
            shift: None,
            reference: None,
            value_on: day("2026-01-01"),
            reason: "sent by mistake".parse().unwrap(),
            authority: limit("50.00"),
        };
        assert_eq!(story.refused(&back("50.01", bank())), "amount_must_not_exceed_suspense");
        assert_eq!(story.refused(&back("1.00", fund_bank())), "purses_must_not_mix");
        assert_eq!(story.refused(&back("1.00", cash_box())), "shift_must_be_given");
        let tomorrow = ReturnSuspense { value_on: day("2026-01-02"), ..back("1.00", bank()) };
        assert_eq!(story.refused(&tomorrow), "value_date_must_not_be_in_future");
        let alone = ReturnSuspense { authority: limit("0.99"), ..back("1.00", bank()) };
        assert_eq!(story.refused(&alone), "approval_must_be_given");
        assert_eq!(told(&story.accepted(&back("20.00", bank()))), ["suspense_returned"]);
        assert_eq!(story.draft().payment(paid).suspense(), money("30.00"));
    }
}
