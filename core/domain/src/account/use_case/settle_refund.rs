//! The money of a refund has left.

use super::{refund_at_hand, refund_in_flight};
use crate::account::{AccountRefusal, RefundSettled};
use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChannelRefundId, RefundId, ShiftId};
use crate::payment::{Channel, PaymentRefusal};
use crate::refusal::Refusal;
use crate::shift;
use crate::stream::StreamRef;
use crate::value::Code;

/// Records that a refund was paid out; it happened outside, so it counts on its day, if its month is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleRefund {
    /// The account.
    pub account: AccountId,
    /// The refund.
    pub refund: RefundId,
    /// Out of which channel account.
    pub channel: Channel,
    /// The cashier's open shift; exactly for cash.
    pub shift: Option<ShiftId>,
    /// The reference of the outgoing payment.
    pub reference: Option<Code>,
    /// The day it left.
    pub value_on: CivilDate,
}

impl Decide for SettleRefund {
    fn operation(&self) -> &'static str {
        "settle_refund"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), ChannelRefundId::of_refund(self.refund).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        refund_at_hand(draft, self.account, self.refund)?;
        self.carry_out(draft)
    }
}

impl SettleRefund {
    /// The money has left, whoever says so.
    ///
    /// # Errors
    /// [`AccountRefusal`], and as the shift says.
    pub(crate) fn carry_out(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let refund = refund_in_flight(draft, self.account, self.refund)?;
        if self.value_on > draft.context.today {
            return Err(PaymentRefusal::ValueDateMustNotBeInFuture.at("/value_on"));
        }
        if self.channel.purse != refund.fund.purse() {
            return Err(AccountRefusal::ChannelMustFitFund.at("/channel_account"));
        }
        match (self.channel.kind, self.shift) {
            (ChannelKind::Cash, Some(shift)) => {
                shift::give(draft, shift, self.channel.id, (None, Some(self.refund)), refund.amount)?;
            }
            (ChannelKind::Cash, None) => return Err(PaymentRefusal::ShiftMustBeGiven.at("/shift")),
            (ChannelKind::Bank | ChannelKind::Pos | ChannelKind::Online, None) => {}
            (ChannelKind::Bank | ChannelKind::Pos | ChannelKind::Online, Some(_)) => {
                return Err(PaymentRefusal::ShiftMustNotBeGiven.at("/shift"));
            }
        }
        let settled = RefundSettled {
            account: self.account,
            refund: self.refund,
            amount: refund.amount,
            holder: refund.holder,
            fund: refund.fund,
            channel_account: self.channel.id,
            channel: self.channel.kind,
            seen: self.channel.seen.clone(),
            shift: self.shift,
            reference: self.reference.clone(),
            value_on: self.value_on,
        };
        // Never before it was owed.
        let on = outside_on(draft, self.value_on.max(refund.effective_on));
        draft.push_on(self.account, on, settled);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, credit, lot, told};
    use crate::account::{ApproveRefund, FailRefund};
    use crate::approval::fixture::limit;
    use crate::payment::fixture::{bank, cash_box, fund_bank, rests, shift, story, story_with_shift};
    use crate::testing::{Story, uuid};

    fn refunded(story: &mut Story, amount: &str) -> RefundId {
        let approve = ApproveRefund {
            account: account(1),
            lot: lot(1),
            amount: amount.parse().unwrap(),
            payee: None,
            evidence: None,
            reason: "moved away".parse().unwrap(),
            authority: limit("100.00"),
        };
        assert_eq!(told(&story.accepted(&approve)), [format!("refund {amount}")]);
        let state = story.draft().account(account(1));
        state.refunds().find(|r| r.stage == crate::account::RefundStage::InFlight).unwrap().refund
    }

    fn settle(refund: RefundId, channel: Channel, shift: Option<ShiftId>) -> SettleRefund {
        let value_on = "2026-01-01".parse().unwrap();
        SettleRefund { account: account(1), refund, channel, shift, reference: None, value_on }
    }

    #[test]
    fn a_refund_is_settled_once_out_of_a_fitting_account() {
        let mut story = story().given(account(1), credit(1, "50.00", "2026-01-01"));
        let refund = refunded(&mut story, "20.00");
        assert_eq!(story.refused(&settle(refund, fund_bank(), None)), "channel_must_fit_fund");
        assert_eq!(story.refused(&settle(refund, cash_box(), None)), "shift_must_be_given");
        let tomorrow = SettleRefund { value_on: "2026-01-02".parse().unwrap(), ..settle(refund, bank(), None) };
        assert_eq!(story.refused(&tomorrow), "value_date_must_not_be_in_future");
        assert_eq!(story.refused(&settle(RefundId(uuid(1)), bank(), None)), "refund_must_exist");
        story.accepted(&settle(refund, bank(), None));
        assert_eq!(story.refused(&settle(refund, bank(), None)), "refund_must_be_in_flight");
        assert_eq!(rests(&story, account(1)), ["30.00"]);
    }

    #[test]
    fn a_refund_that_fails_is_credit_again() {
        let mut story = story().given(account(1), credit(1, "50.00", "2026-01-01"));
        let refund = refunded(&mut story, "50.00");
        let more = ApproveRefund {
            account: account(1),
            lot: lot(1),
            amount: "0.01".parse().unwrap(),
            payee: None,
            evidence: None,
            reason: "again".parse().unwrap(),
            authority: limit("1.00"),
        };
        assert_eq!(story.refused(&more), "amount_must_not_exceed_refundable");
        let fail = FailRefund { account: account(1), refund, reason: "account closed".parse().unwrap() };
        story.accepted(&fail);
        assert_eq!(rests(&story, account(1)), ["50.00"]);
        assert_eq!(story.refused(&fail), "refund_must_be_in_flight");
        assert_eq!(story.refused(&settle(refund, bank(), None)), "refund_must_be_in_flight");
    }

    #[test]
    fn cash_leaves_through_a_shift_that_has_it() {
        let mut story = story_with_shift("10.00").given(account(1), credit(1, "50.00", "2026-01-01"));
        let open = Some(shift(&story));
        let refund = refunded(&mut story, "10.01");
        assert_eq!(story.refused(&settle(refund, cash_box(), open)), "cash_must_suffice");
        assert_eq!(story.refused(&settle(refund, bank(), open)), "shift_must_not_be_given");
        story.accepted(&settle(refund, bank(), None));
        let refund = refunded(&mut story, "10.00");
        assert_eq!(told(&story.accepted(&settle(refund, cash_box(), open))), ["cash_returned", "refund_settled"]);
    }
}
