//! A charge is disputed 争议: nobody is pressed for it until that is settled.

use super::opened;
use crate::account::AccountRefusal;
use crate::draft::{Decide, Draft};
use crate::dunning::{DisputeRaised, DisputeSettled, DunningRefusal};
use crate::id::{AccountId, ChargeId, DunningId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Raises a dispute about an open charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeCharge {
    /// The account.
    pub account: AccountId,
    /// The charge.
    pub charge: ChargeId,
    /// What is disputed.
    pub reason: Label,
}

impl Decide for DisputeCharge {
    fn operation(&self) -> &'static str {
        "dispute_charge"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), DunningId::of_account(self.account).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        opened(draft, self.account)?;
        let state = draft.account(self.account);
        let charge = state.charge(self.charge).ok_or(AccountRefusal::ChargeMustExist)?;
        if !charge.open().is_positive() {
            return Err(DunningRefusal::DisputedChargeMustBeOpen.into());
        }
        let party = charge.booking.obligor;
        drop(state);
        let stream = DunningId::of_account(self.account);
        if draft.dunning(stream).is_disputed(self.charge) {
            return Err(DunningRefusal::ChargeMustNotBeDisputed.into());
        }
        let raised = DisputeRaised { account: self.account, charge: self.charge, party, reason: self.reason.clone() };
        draft.push(stream, raised);
        Ok(())
    }
}

/// Settles a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleDispute {
    /// The account.
    pub account: AccountId,
    /// The charge.
    pub charge: ChargeId,
    /// How.
    pub reason: Label,
}

impl Decide for SettleDispute {
    fn operation(&self) -> &'static str {
        "settle_dispute"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), DunningId::of_account(self.account).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        opened(draft, self.account)?;
        let stream = DunningId::of_account(self.account);
        if !draft.dunning(stream).is_disputed(self.charge) {
            return Err(DunningRefusal::ChargeMustBeDisputed.into());
        }
        let settled = DisputeSettled { account: self.account, charge: self.charge, reason: self.reason.clone() };
        draft.push(stream, settled);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, month, story};
    use crate::testing::uuid;

    #[test]
    fn an_open_charge_is_disputed_once_at_a_time() {
        let mut story = story();
        let charge = charge(&mut story, month("2026-01", "100.00"));
        let reason: Label = "the lift stood still".parse().unwrap();
        let dispute = |charge| DisputeCharge { account: account(1), charge, reason: reason.clone() };
        let settle = SettleDispute { account: account(1), charge, reason: reason.clone() };
        assert_eq!(story.refused(&settle), "charge_must_be_disputed");
        story.accepted(&dispute(charge));
        assert_eq!(story.refused(&dispute(charge)), "charge_must_not_be_disputed");
        story.accepted(&settle);
        story.accepted(&dispute(charge));
        assert_eq!(story.refused(&dispute(ChargeId(uuid(1)))), "charge_must_exist");
    }
}
