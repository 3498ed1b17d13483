//! Reverses 红冲 the record of a payment that was a mistake, whole, by equal and opposite facts of today.
//!
//! In order: invoice red-lettered or none, allocations undone, receipts reversed, credit withdrawn, payment reversed, reference free again.

use super::live;
use super::unidentify_suspense::withdraw;
use crate::account::{Allocation, RefundStage, UndoReason, settle_late_fees, undo_on};
use crate::approval::{Authority, Stake, Staked, Warrant, authorise};
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, LotId, PaymentId, ReferenceId};
use crate::invoice::must_not_be_invoiced;
use crate::payment::receipts::reverse_receipts;
use crate::payment::{PaymentReceived, PaymentRefusal, PaymentReversed, PaymentState};
use crate::reference::ReferenceReleased;
use crate::refusal::Refusal;
use crate::shift::CashReturned;
use crate::stream::StreamRef;
use crate::value::Label;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Reverses a payment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReversePayment {
    /// The payment.
    pub payment: PaymentId,
    /// Why.
    pub reason: Label,
    /// On whose word; needed once a receipt was printed or the shift of the cash is over.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ReversePayment {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (state, received) = live(draft, self.payment)?;
        let accounts: BTreeSet<AccountId> = state.lots().iter().map(|(account, _)| *account).collect();
        let accounts = accounts.into_iter().collect();
        Ok(Stake { amount: Some(received.amount), accounts, always_approved: false })
    }
}

impl Decide for ReversePayment {
    fn operation(&self) -> &'static str {
        "reverse_payment"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, received) = live(draft, self.payment)?;
        must_not_be_invoiced(draft, self.payment)?;
        let lots = state.lots().to_vec();
        must_be_whole(draft, &state, &lots)?;
        let open_shift = received.shift.filter(|shift| draft.shift(*shift).is_open());
        let printed = state.receipts().iter().any(|receipt| receipt.prints > 0);
        let shift_over = received.channel == ChannelKind::Cash && open_shift.is_none();
        drop(state);
        let warrant = if printed || shift_over || self.authority.approval.is_some() {
            Some(authorise(draft, self, self.authority)?)
        } else {
            None
        };
        let today = draft.context.today;
        take_back(draft, self.payment, &lots, &self.reason, today)?;
        self.reverse(draft, &received, warrant);
        if let Some(shift) = open_shift {
            let amount = received.amount.minus(received.rounding.unwrap_or_default())?;
            let returned = CashReturned { payment: Some(self.payment), refund: None, amount };
            draft.push(shift, returned);
        }
        Ok(())
    }
}

impl ReversePayment {
    fn reverse(&self, draft: &mut Draft<'_>, received: &PaymentReceived, warrant: Option<Warrant>) {
        let (approved, seen) = warrant.map(Warrant::parts).unzip();
        let reversed = PaymentReversed {
            channel_account: received.channel_account,
            channel: received.channel,
            purse: received.purse,
            amount: received.amount,
            rounding: received.rounding,
            value_on: received.value_on,
            reason: self.reason.clone(),
            approved,
            seen: seen.unwrap_or_default(),
        };
        draft.push(self.payment, reversed);
        let claim = ReferenceId::of_reference(received.channel_account, received.reference.as_str());
        draft.push(claim, ReferenceReleased { payment: self.payment });
    }
}

/// Makes all that became of the money suspense again, and its receipts void.
///
/// # Errors
/// What the money paid cannot be undone.
pub(super) fn take_back(
    draft: &mut Draft<'_>,
    payment: PaymentId,
    lots: &[(AccountId, LotId)],
    reason: &Label,
    on: CivilDate,
) -> Result<(), Refusal> {
    for (account, lot) in lots {
        undo_all(draft, (*account, *lot), on)?;
    }
    reverse_receipts(draft, payment, reason)?;
    for (account, lot) in lots {
        let rest = draft.account(*account).lot(*lot).map(|lot| lot.rest).unwrap_or_default();
        if rest.is_positive() {
            withdraw(draft, payment, (*account, *lot), rest, (None, on))?;
        }
    }
    // Other credit covers what is open again, from its own day on.
    let accounts: BTreeSet<AccountId> = lots.iter().map(|(account, _)| *account).collect();
    accounts.into_iter().try_for_each(|account| settle_late_fees(draft, account))
}

/// Nothing of the money may have left or be somebody else's by now.
///
/// # Errors
/// [`PaymentRefusal`] for money that was returned, refunded or moved.
pub(super) fn must_be_whole(
    draft: &Draft<'_>,
    state: &PaymentState,
    lots: &[(AccountId, LotId)],
) -> Result<(), Refusal> {
    if state.returned().is_positive() {
        return Err(PaymentRefusal::PaymentMustNotBeReturned.into());
    }
    for (account, lot) in lots {
        let account = draft.account(*account);
        let gone = account.refunds().any(|refund| match refund.stage {
            RefundStage::InFlight | RefundStage::Settled => refund.lot() == Some(*lot),
            RefundStage::Failed => false,
        });
        if gone {
            return Err(PaymentRefusal::PaymentMustNotBeRefunded.into());
        }
        if account.lot(*lot).is_some_and(|lot| lot.moved.is_positive()) {
            return Err(PaymentRefusal::CreditMustNotBeMoved.into());
        }
    }
    Ok(())
}

fn undo_all(draft: &mut Draft<'_>, (account, lot): (AccountId, LotId), on: CivilDate) -> Result<(), Refusal> {
    let state = draft.account(account);
    let mut newest: Vec<Arc<Allocation>> = state.allocations().filter(|a| a.lot == lot).cloned().collect();
    newest.sort_by_key(|allocation| std::cmp::Reverse(allocation.order));
    drop(state);
    newest.iter().try_for_each(|a| undo_on(draft, account, (a, a.amount), UndoReason::PaymentReversed, on))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, charge_on, money, month, party, told};
    use crate::account::{ApproveRefund, MoveCredit};
    use crate::approval::fixture::{approved, limit};
    use crate::payment::fixture::{
        bank, cash_payment, payment, pays, rests, shift, story, story_with_shift, to_account, transfer,
    };
    use crate::payment::{PrintReceipt, ReturnSuspense, Spending};
    use crate::shift::CloseShift;
    use crate::value::Digest;

    fn reverse(payment: PaymentId) -> ReversePayment {
        ReversePayment { payment, reason: "recorded twice".parse().unwrap(), authority: Authority::default() }
    }

    #[test]
    fn everything_is_undone_in_order_and_the_reference_is_free() {
        let mut story = story();
        let first = charge(&mut story, month("2026-01", "40.00"));
        charge_on(&mut story, account(2), month("2026-02", "50.00"));
        let spending =
            Spending { pays: vec![pays(1, &[]), pays(2, &[])], rest_to: Some(account(1)), ..Spending::default() };
        let recorded = transfer("T1", "100.00", "2026-01-01", spending);
        let paid = payment(&mut story, &recorded);
        assert_eq!(
            told(&story.accepted(&reverse(paid))),
            [
                "undone 40.00 payment_reversed",
                "undone 50.00 payment_reversed",
                "receipt_reversed",
                "withdrawn 50.00",
                "unidentified 50.00",
                "withdrawn 50.00",
                "unidentified 50.00",
                "payment reversed 100.00",
                "reference_released"
            ]
        );
        let state = story.draft().account(account(1));
        assert_eq!(state.charge(first).unwrap().open(), money("40.00"));
        assert_eq!(story.refused(&reverse(paid)), "payment_must_not_be_reversed");
        story.accepted(&recorded);
    }

    #[test]
    fn after_the_print_or_the_shift_another_must_approve() {
        let mut story = story_with_shift("0.00");
        let first = payment(&mut story, &cash_payment("10.00"));
        let second = payment(&mut story, &cash_payment("20.00"));
        assert_eq!(told(&story.accepted(&reverse(first))).last().map(String::as_str), Some("cash_returned"));
        let close = CloseShift { shift: shift(&story), counted: money("20.00"), handed_over_to: None, remark: None };
        assert_eq!(
            told(&story.accepted(&close)),
            ["shift_counted", "shift_closed", "shift_released", "shift_released"]
        );
        assert_eq!(story.refused(&reverse(second)), "approval_must_be_given");
        let authority = approved(&mut story, &reverse(second));
        story.accepted(&ReversePayment { authority, ..reverse(second) });

        let mut story = crate::payment::fixture::story();
        charge(&mut story, month("2026-01", "40.00"));
        let paid = payment(&mut story, &transfer("T1", "40.00", "2026-01-01", to_account(1)));
        let receipt = story.draft().payment(paid).receipts()[0].receipt;
        story.accepted(&PrintReceipt { payment: paid, receipt });
        assert_eq!(story.refused(&reverse(paid)), "approval_must_be_given");
    }

    #[test]
    fn money_that_has_left_or_was_moved_is_not_reversed() {
        let formed = crate::unit::fixture::party(crate::party::PartyKind::OwnerGroup);
        let mut story = story().given(party(2), formed);
        charge(&mut story, month("2026-01", "40.00"));
        let paid = payment(&mut story, &transfer("T1", "100.00", "2026-01-01", to_account(1)));
        let lot = story.draft().payment(paid).lots()[0].1;
        let authority = limit("100.00");
        let refund = ApproveRefund {
            account: account(1),
            lot,
            amount: money("10.00"),
            payee: None,
            evidence: None,
            reason: "moved away".parse().unwrap(),
            authority,
        };
        story.accepted(&refund);
        assert_eq!(story.refused(&reverse(paid)), "payment_must_not_be_refunded");
        let refund = story.draft().account(account(1)).refunds().next().unwrap().refund;
        let reason = "bounced".parse().unwrap();
        story.accepted(&crate::account::FailRefund { account: account(1), refund, reason });
        story.accepted(&MoveCredit {
            account: account(1),
            lot,
            amount: money("10.00"),
            to: party(2),
            evidence: Digest([7; 32]),
            authority,
        });
        assert_eq!(story.refused(&reverse(paid)), "credit_must_not_be_moved");
        assert_eq!(rests(&story, account(1)), ["50.00", "10.00"]);

        let paid = payment(&mut story, &transfer("T2", "20.00", "2026-01-01", Spending::default()));
        let returned = ReturnSuspense {
            payment: paid,
            amount: money("5.00"),
            channel: bank(),
            shift: None,
            reference: None,
            value_on: "2026-01-01".parse().unwrap(),
            reason: "sent by mistake".parse().unwrap(),
            authority,
        };
        story.accepted(&returned);
        assert_eq!(story.refused(&reverse(paid)), "payment_must_not_be_returned");
    }
}
