//! Undoes what the system found of a line: its money is in suspense again, and stays there until a person says whose it is.

use super::live;
use super::reverse_payment::{must_be_whole, take_back};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, PaymentId};
use crate::payment::{BankMatchUndone, PaymentRefusal};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;
use std::collections::BTreeSet;

/// Undoes a match.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UndoBankMatch {
    /// The payment.
    pub payment: PaymentId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for UndoBankMatch {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (state, received) = live(draft, self.payment)?;
        state.matched().ok_or(PaymentRefusal::BankLineMustBeMatched)?;
        let accounts: BTreeSet<AccountId> = state.lots().iter().map(|(account, _)| *account).collect();
        let accounts = accounts.into_iter().collect();
        Ok(Stake { amount: Some(received.amount), accounts, always_approved: false })
    }
}

impl Decide for UndoBankMatch {
    fn operation(&self) -> &'static str {
        "undo_bank_match"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, _) = live(draft, self.payment)?;
        let account = state.matched().ok_or(PaymentRefusal::BankLineMustBeMatched)?;
        let lots = state.lots().to_vec();
        must_be_whole(draft, &state, &lots)?;
        drop(state);
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let (reason, today) = (self.reason.clone(), draft.context.today);
        draft.push(self.payment, BankMatchUndone { account, reason, approved, seen });
        take_back(draft, self.payment, &lots, &self.reason, today)
    }
}
