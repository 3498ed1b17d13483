//! Forgives 减免 what is open of a charge.

use super::{booked, lowerable, tax_off};
use crate::account::{AccountRefusal, ChargeWaived, settle_late_fees};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Waives a part of a charge that nobody has paid.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WaiveCharge {
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

impl Staked for WaiveCharge {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.amount, self.account))
    }
}

impl Decide for WaiveCharge {
    fn operation(&self) -> &'static str {
        "waive_charge"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let charge = lowerable(draft, self.account, self.charge, self.amount)?;
        if self.amount > charge.open() {
            return Err(AccountRefusal::AmountMustNotExceedOpen.with("open", charge.open()).at("/amount"));
        }
        let warrant = authorise(draft, self, self.authority)?;
        let left = charge.owed.minus(self.amount)?;
        let waived = ChargeWaived {
            charge: self.charge,
            amount: self.amount,
            vat: tax_off(draft, &charge, left)?,
            booking: booked(draft, &charge),
            reason: self.reason.clone(),
            approved: warrant.approved,
            seen: warrant.seen,
        };
        draft.push(self.account, waived);
        settle_late_fees(draft, self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, month, told};
    use crate::approval::fixture::limit;
    use crate::payment::fixture::{story, to_account, transfer};

    #[test]
    fn only_what_is_open_is_forgiven() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        story.accepted(&transfer("T1", "60.00", "2026-01-01", to_account(1)));
        let waive = |amount: &str, authority| WaiveCharge {
            account: account(1),
            charge: charged,
            amount: amount.parse().unwrap(),
            reason: "hardship".parse().unwrap(),
            authority,
        };
        assert_eq!(story.refused(&waive("40.01", limit("50.00"))), "amount_must_not_exceed_open");
        assert_eq!(story.refused(&waive("40.00", limit("30.00"))), "approval_must_be_given");
        assert_eq!(story.refused(&waive("-1.00", limit("30.00"))), "amount_must_be_positive");
        assert_eq!(told(&story.accepted(&waive("40.00", limit("50.00")))), ["waived 40.00 tax 2.26"]);
    }
}
