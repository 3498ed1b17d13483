//! Claims money in suspense: it takes the same path as money whose accounts were known at once.

use super::live;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, PaymentId};
use crate::money::Money;
use crate::payment::spending::spend;
use crate::payment::{PaymentRefusal, Spending};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use std::collections::BTreeSet;

/// Says whose money in suspense is; a later fact, so it counts today, with the value date of the money.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct IdentifySuspense {
    /// The payment.
    pub payment: PaymentId,
    /// How much of its suspense; absent: all of it.
    pub amount: Option<Money>,
    /// What it pays.
    pub spending: Spending,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for IdentifySuspense {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (state, _) = live(draft, self.payment)?;
        let named = self.spending.pays.iter().map(|pays| pays.account).chain(self.spending.rest_to);
        let accounts: BTreeSet<AccountId> = named.collect();
        Ok(Stake {
            amount: Some(self.amount.unwrap_or(state.suspense())),
            accounts: accounts.into_iter().collect(),
            always_approved: false,
        })
    }
}

impl Decide for IdentifySuspense {
    fn operation(&self) -> &'static str {
        "identify_suspense"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let mut needs: Vec<StreamRef> = self.spending.pays.iter().map(|pays| pays.account.into()).collect();
        needs.extend(self.spending.rest_to.map(StreamRef::from));
        needs.push(self.payment.into());
        needs
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, _) = live(draft, self.payment)?;
        let amount = self.amount.unwrap_or(state.suspense());
        if !amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if amount > state.suspense() {
            return Err(PaymentRefusal::AmountMustNotExceedSuspense.with("suspense", state.suspense()).at("/amount"));
        }
        drop(state);
        let warrant = authorise(draft, self, self.authority)?;
        let today = draft.context.today;
        let identified = spend(draft, self.payment, amount, &self.spending, today, Some(&warrant))?;
        if identified.is_positive() { Ok(()) } else { Err(PaymentRefusal::PaymentMustReachAnAccount.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, money, month, told};
    use crate::approval::fixture::{approved, limit};
    use crate::payment::fixture::{payment, rests, story, to_account, transfer};

    fn identify(payment: PaymentId, amount: Option<&str>, authority: Authority) -> IdentifySuspense {
        IdentifySuspense { payment, amount: amount.map(money), spending: to_account(1), authority }
    }

    #[test]
    fn later_money_takes_the_same_path_and_one_receipt_grows() {
        let mut story = story();
        charge(&mut story, month("2026-01", "100.00"));
        let paid = payment(&mut story, &transfer("T1", "150.00", "2026-01-01", Spending::default()));
        let mut story = story.on("2026-01-10");
        assert_eq!(story.refused(&identify(paid, Some("60.00"), Authority::default())), "approval_must_be_given");
        let first = story.when(&identify(paid, Some("60.00"), limit("60.00"))).unwrap();
        assert!(first.iter().all(|event| event.effective_on.to_string() == "2026-01-10"));
        let command = identify(paid, None, Authority::default());
        let authority = approved(&mut story, &command);
        let texts = told(&story.accepted(&IdentifySuspense { authority, ..command }));
        assert_eq!(
            texts,
            [
                "approval_used",
                "credit 90.00 operating",
                "identified 90.00",
                "paid 40.00 direct",
                "receipt_reversed",
                "receipt_numbered",
                "receipt TESTF2026-000002 150.00"
            ]
        );
        assert_eq!(rests(&story, account(1)), ["0.00", "50.00"]);
        let lot = story.draft().account(account(1)).lots().next().unwrap().clone();
        assert_eq!(lot.value_on.to_string(), "2026-01-01");
    }

    #[test]
    fn never_more_than_there_is_and_never_nothing() {
        let mut story = story();
        let paid = payment(&mut story, &transfer("T1", "10.00", "2026-01-01", Spending::default()));
        let refused =
            |story: &mut crate::testing::Story, amount| story.refused(&identify(paid, amount, limit("99.00")));
        assert_eq!(refused(&mut story, Some("10.01")), "amount_must_not_exceed_suspense");
        assert_eq!(refused(&mut story, Some("0.00")), "amount_must_be_positive");
        let nowhere = IdentifySuspense { spending: Spending::default(), ..identify(paid, None, limit("99.00")) };
        assert_eq!(story.refused(&nowhere), "payment_must_reach_an_account");
        let unknown = identify(PaymentId(crate::testing::uuid(1)), None, limit("99.00"));
        assert_eq!(story.refused(&unknown), "payment_must_exist");
    }
}
