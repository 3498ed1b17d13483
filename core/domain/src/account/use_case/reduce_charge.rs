//! Lowers a charge that was too high; what was paid too much becomes credit of whoever paid it.

use super::{Lowering, booked, lowerable, tax_off};
use crate::account::undo::free;
use crate::account::{AccountRefusal, Charge, ChargeReduced, settle_late_fees};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Reduces a charge by an amount.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReduceCharge {
    /// The account.
    pub account: AccountId,
    /// The charge.
    pub charge: ChargeId,
    /// By how much.
    pub amount: Money,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ReduceCharge {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.amount, self.account))
    }
}

impl Decide for ReduceCharge {
    fn operation(&self) -> &'static str {
        "reduce_charge"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let charge = lowerable(draft, self.account, self.charge, self.amount)?;
        if self.amount > charge.owed {
            return Err(AccountRefusal::AmountMustNotExceedOwed.with("owed", charge.owed).at("/amount"));
        }
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let lowering = Lowering { amount: self.amount, reason: self.reason.clone(), approved, seen };
        lower_charge(draft, self.account, &charge, lowering)
    }
}

/// Lowers a live charge by no more than it owes.
///
/// # Errors
/// What undoing what pays it refuses.
pub(crate) fn lower_charge(
    draft: &mut Draft<'_>,
    account: AccountId,
    charge: &Charge,
    lowering: Lowering,
) -> Result<(), Refusal> {
    let Lowering { amount, reason, approved, seen } = lowering;
    let left = charge.owed.minus(amount)?;
    let excess = amount.minus(charge.open())?;
    if excess.is_positive() {
        free(draft, account, charge, excess)?;
    }
    let (vat, booking) = (tax_off(draft, charge, left)?, booked(draft, charge));
    draft.push(account, ChargeReduced { charge: charge.charge, amount, vat, booking, reason, approved, seen });
    settle_late_fees(draft, account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, day, month, told};
    use crate::approval::fixture::{approved, limit};
    use crate::payment::fixture::{receipt_lines, rests, story, to_account, transfer};

    fn reduce(charge: ChargeId, amount: &str) -> ReduceCharge {
        ReduceCharge {
            account: account(1),
            charge,
            amount: amount.parse().unwrap(),
            reason: "area measured again".parse().unwrap(),
            authority: Authority::default(),
        }
    }

    #[test]
    fn what_was_paid_too_much_is_credit_and_the_receipt_is_amended() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        story.accepted(&transfer("T1", "60.00", "2026-01-01", to_account(1)));
        story.accepted(&transfer("T2", "40.00", "2026-01-01", to_account(1)));
        let command = ReduceCharge { authority: limit("100.00"), ..reduce(charged, "50.00") };
        let events = story.accepted(&command);
        assert_eq!(
            told(&events),
            [
                "undone 40.00 charge_corrected",
                "undone 10.00 charge_corrected",
                "receipt_reversed",
                "receipt_numbered",
                "receipt TESTF2026-000003 40.00",
                "receipt_reversed",
                "receipt_numbered",
                "receipt TESTF2026-000004 60.00",
                "reduced 50.00 tax 2.83"
            ]
        );
        assert_eq!(receipt_lines(&events).len(), 3);
        assert_eq!(rests(&story, account(1)), ["10.00", "40.00"]);
        let state = story.draft().account(account(1));
        assert!(state.charge(charged).unwrap().open().is_zero());
        assert!(state.lots().all(|lot| lot.value_on == day("2026-01-01")));
    }

    #[test]
    fn the_taxes_of_all_reductions_foot() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.01"));
        let part = |amount| ReduceCharge { authority: limit("100.00"), ..reduce(charged, amount) };
        let texts: Vec<String> =
            ["33.33", "33.33", "33.35"].iter().flat_map(|amount| told(&story.accepted(&part(amount)))).collect();
        assert_eq!(texts, ["reduced 33.33 tax 1.89", "reduced 33.33 tax 1.88", "reduced 33.35 tax 1.89"]);
        assert_eq!(story.refused(&part("0.01")), "amount_must_not_exceed_owed");
    }

    #[test]
    fn above_the_limit_another_must_approve_exactly_this() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        let command = reduce(charged, "50.00");
        assert_eq!(story.refused(&command), "approval_must_be_given");
        let small = ReduceCharge { authority: limit("49.99"), ..command.clone() };
        assert_eq!(story.refused(&small), "approval_must_be_given");
        let authority = approved(&mut story, &command);
        let other = ReduceCharge { authority, ..reduce(charged, "50.01") };
        assert_eq!(story.refused(&other), "approval_must_match");
        let command = ReduceCharge { authority, ..command };
        assert_eq!(told(&story.accepted(&command)), ["approval_used", "reduced 50.00 tax 2.83"]);
        assert_eq!(story.refused(&command), "approval_must_be_granted");
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        assert_eq!(story.refused(&reduce(charged, "0.00")), "amount_must_be_positive");
        assert_eq!(story.refused(&reduce(charged, "100.01")), "amount_must_not_exceed_owed");
        let unknown = ChargeId(crate::testing::uuid(1));
        assert_eq!(story.refused(&reduce(unknown, "1.00")), "charge_must_exist");
        let elsewhere = ReduceCharge { account: account(9), ..reduce(charged, "1.00") };
        assert_eq!(story.refused(&elsewhere), "account_must_exist");
    }
}
