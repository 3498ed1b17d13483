//! Says that a line of a bank statement is of money that other facts have already 已另记: a channel's settlement, banked cash, a
//! cheque that was recorded by its number, or a transfer between own accounts.
//!
//! The line leaves suspense as it came, on its own day, if its month is open. Its reference stays taken: it stands in whatever file
//! it comes with again.

use super::live;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::books::outside_on;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::PaymentId;
use crate::payment::{BankLineSetAside, BankLineTakenUp, KnownAs, PaymentRefusal};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Sets a line aside; always on another's word, because money without an owner leaves the work list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetAsideBankLine {
    /// The payment.
    pub payment: PaymentId,
    /// What it is.
    pub known_as: KnownAs,
    /// Where it stands.
    pub note: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for SetAsideBankLine {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (_, received) = live(draft, self.payment)?;
        Ok(Stake { amount: Some(received.amount), accounts: Vec::new(), always_approved: true })
    }
}

impl Decide for SetAsideBankLine {
    fn operation(&self) -> &'static str {
        "set_aside_bank_line"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, received) = live(draft, self.payment)?;
        if received.channel != ChannelKind::Bank {
            return Err(PaymentRefusal::BankLineMustBeOfBankAccount.into());
        }
        if state.suspense() != received.amount {
            return Err(PaymentRefusal::BankLineMustWait.into());
        }
        // Nothing is undone before the day on which it was done.
        let on = outside_on(draft, received.value_on).max(state.newest_on().unwrap_or(received.value_on));
        drop(state);
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let set_aside = BankLineSetAside {
            channel_account: received.channel_account,
            channel: received.channel,
            purse: received.purse,
            amount: received.amount,
            value_on: received.value_on,
            known_as: self.known_as,
            note: self.note.clone(),
            approved,
            seen,
        };
        draft.push_on(self.payment, on, set_aside);
        Ok(())
    }
}

/// Takes a line up again that was set aside by mistake; nobody else is asked, because its money is on the work list again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeUpBankLine {
    /// The payment.
    pub payment: PaymentId,
    /// Why.
    pub reason: Label,
}

impl Decide for TakeUpBankLine {
    fn operation(&self) -> &'static str {
        "take_up_bank_line"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.payment(self.payment);
        let received = state.received().ok_or(PaymentRefusal::PaymentMustExist)?.clone();
        if !state.is_set_aside() {
            return Err(PaymentRefusal::BankLineMustBeSetAside.into());
        }
        let taken_up = BankLineTakenUp {
            channel_account: received.channel_account,
            channel: received.channel,
            purse: received.purse,
            amount: received.amount,
            reason: self.reason.clone(),
        };
        draft.push(self.payment, taken_up);
        Ok(())
    }
}
