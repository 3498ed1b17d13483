//! Forgives 减免 what is open of a late fee.

use super::{booked, lowerable};
use crate::account::{AccountRefusal, LateFeeWaived, open_late_fees};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Waives a part of the late fee of a charge, of what it is by today.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WaiveLateFee {
    /// The account.
    pub account: AccountId,
    /// The charge.
    pub charge: ChargeId,
    /// How much, at most what is open.
    pub amount: Money,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for WaiveLateFee {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.amount, self.account))
    }
}

impl Decide for WaiveLateFee {
    fn operation(&self) -> &'static str {
        "waive_late_fee"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let charge = lowerable(draft, self.account, self.charge, self.amount)?;
        let open = open_late_fees(draft, self.account, draft.context.today)?;
        let open = open.get(&self.charge).copied().unwrap_or_default();
        if self.amount > open {
            return Err(AccountRefusal::AmountMustNotExceedOpen.with("open", open).at("/amount"));
        }
        let warrant = authorise(draft, self, self.authority)?;
        let waived = LateFeeWaived {
            charge: self.charge,
            amount: self.amount,
            booking: booked(draft, &charge),
            reason: self.reason.clone(),
            approved: warrant.approved,
            seen: warrant.seen,
        };
        draft.push(self.account, waived);
        Ok(())
    }
}
