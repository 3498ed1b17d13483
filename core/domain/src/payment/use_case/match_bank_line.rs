//! Matches a line of a bank statement by itself: only when its remark names one payment order that asks for just that, or one unit and it
//! is all that is open of that unit.
//!
//! Everything else is a suggestion. May never happen here: a choice between two units, a rest, a line that somebody has had in
//! hand before.

use super::live;
use crate::account::{AccountRefusal, open_late_fees};
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, OrderClaimId, PaymentId, PaymentOrderId};
use crate::money::Money;
use crate::payment::spending::spend;
use crate::payment::{BankLineMatched, BankLineOrderMatched, PaymentRefusal, Pays, Spending};
use crate::payment_order::{PaymentOrderRefusal, pay_from_suspense, unpaid};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Finds whose the line is; a later fact, so it counts today, with the value date of the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchBankLine {
    /// The payment that the line is.
    pub payment: PaymentId,
}

impl Decide for MatchBankLine {
    fn operation(&self) -> &'static str {
        "match_bank_line"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, received) = live(draft, self.payment)?;
        if received.channel != ChannelKind::Bank {
            return Err(PaymentRefusal::BankLineMustBeOfBankAccount.into());
        }
        if !state.lots().is_empty() || state.suspense() != received.amount {
            return Err(PaymentRefusal::BankLineMustBeUntouched.into());
        }
        drop(state);
        if let &[order] = &received.named_orders[..] {
            return pay_order(draft, self.payment, order, received.amount);
        }
        let &[unit] = &received.named_units[..] else {
            return Err(PaymentRefusal::BankLineMustNameOneUnit.into());
        };
        let registered = draft.unit(unit).registered().map(|unit| unit.account);
        let account = registered.ok_or(AccountRefusal::AccountMustExist)?;
        let amount = received.amount;
        let open = open_total(draft, account, received.value_on)?;
        if open != amount {
            return Err(PaymentRefusal::AmountMustEqualOpenTotal.with("open", open));
        }
        draft.push(self.payment, BankLineMatched { unit, account, amount });
        let pays = Pays { account, charges: Vec::new(), amount: None };
        let spending = Spending { pays: vec![pays], ..Spending::default() };
        let today = draft.context.today;
        // What is paid by name only, such as a deposit, is open too, and is not reached.
        if spend(draft, self.payment, amount, &spending, today, None)? != amount {
            return Err(PaymentRefusal::AmountMustEqualOpenTotal.with("open", open));
        }
        Ok(())
    }
}

/// Pays an order that nobody has paid, and that asks for just that.
fn pay_order(draft: &mut Draft<'_>, payment: PaymentId, order: PaymentOrderId, amount: Money) -> Result<(), Refusal> {
    let asked = unpaid(draft, order)?;
    if asked.amount != amount {
        return Err(PaymentRefusal::AmountMustEqualOpenTotal.with("open", asked.amount));
    }
    let account = asked.accounts.first().map(|ordered| ordered.account);
    let account = account.ok_or(PaymentOrderRefusal::PaymentOrderMustExist)?;
    draft.push(payment, BankLineOrderMatched { order, account, amount });
    let today = draft.context.today;
    pay_from_suspense(draft, (order, &asked), payment, today)
}

/// All that is open of an account, of every purse, with late fees as money of that day would pay them.
fn open_total(draft: &Draft<'_>, account: AccountId, value_on: CivilDate) -> Result<Money, Refusal> {
    let state = draft.account(account);
    let claims = draft.order_claim(OrderClaimId::of_account(account));
    let mut total = Money::ZERO;
    for charge in state.charges().filter(|charge| charge.open().is_positive()) {
        if let Some(order) = claims.order(charge.charge) {
            return Err(PaymentOrderRefusal::ChargeMustNotBeOrdered.with("order", order));
        }
        total = total.plus(charge.open())?;
    }
    for fee in open_late_fees(draft, account, value_on.day_before())?.into_values() {
        total = total.plus(fee)?;
    }
    Ok(total)
}
