//! Forgives 减免 what is open of some charges of an account, by one reason and one word: all of it, or nothing.

use super::{booked, lowerable, tax_off};
use crate::account::{AccountRefusal, Charge, ChargeWaived, settle_late_fees};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most charges of one command.
const CHARGES_LIMIT: usize = 50;

/// What is forgiven of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Waiver {
    /// The charge.
    pub charge: ChargeId,
    /// How much, at most what is open; absent: all that is open.
    pub amount: Option<Money>,
}

/// Waives parts of charges that nobody has paid.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WaiveCharges {
    /// The account of all of them.
    pub account: AccountId,
    /// The charges, 1 to 50, each once.
    pub charges: Vec<Waiver>,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// The sum is at stake, whatever it is shared among.
impl Staked for WaiveCharges {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let sum = self.waived(draft)?.iter().try_fold(Money::ZERO, |sum, (_, amount)| sum.plus(*amount))?;
        Ok(Stake::of(sum, self.account))
    }
}

impl Decide for WaiveCharges {
    fn operation(&self) -> &'static str {
        "waive_charges"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let waived = self.waived(draft)?;
        let warrant = authorise(draft, self, self.authority)?;
        for (charge, amount) in waived {
            let left = charge.owed.minus(amount)?;
            let waived = ChargeWaived {
                charge: charge.charge,
                amount,
                vat: tax_off(draft, &charge, left)?,
                booking: booked(draft, &charge),
                reason: self.reason.clone(),
                approved: warrant.approved.clone(),
                seen: warrant.seen.clone(),
            };
            draft.push(self.account, waived);
        }
        settle_late_fees(draft, self.account)
    }
}

impl WaiveCharges {
    /// Each charge with how much of it is forgiven; a refusal points to the one that does not fit.
    fn waived(&self, draft: &Draft<'_>) -> Result<Vec<(Arc<Charge>, Money)>, Refusal> {
        let distinct: BTreeSet<ChargeId> = self.charges.iter().map(|waiver| waiver.charge).collect();
        if distinct.len() != self.charges.len() || !(1..=CHARGES_LIMIT).contains(&self.charges.len()) {
            return Err(AccountRefusal::WaivedChargesMustBeBounded.at("/charges"));
        }
        let found = |(index, waiver): (usize, &Waiver)| {
            self.fitting(draft, *waiver).map_err(|refusal| refusal.at(format!("/charges/{index}")))
        };
        self.charges.iter().enumerate().map(found).collect()
    }

    fn fitting(&self, draft: &Draft<'_>, waiver: Waiver) -> Result<(Arc<Charge>, Money), Refusal> {
        let open = draft.account(self.account).charge(waiver.charge).map_or(Money::ZERO, |charge| charge.open());
        let amount = waiver.amount.unwrap_or(open);
        let charge = lowerable(draft, self.account, waiver.charge, amount)?;
        if amount > open {
            return Err(AccountRefusal::AmountMustNotExceedOpen.with("open", open));
        }
        Ok((charge, amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, money, month, told, waive};
    use crate::approval::fixture::{approved, limit};
    use crate::payment::fixture::{story, to_account, transfer};
    use crate::testing::uuid;

    fn reason() -> Label {
        "hardship".parse().unwrap()
    }

    #[test]
    fn only_what_is_open_is_forgiven() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        story.accepted(&transfer("T1", "60.00", "2026-01-01", to_account(1)));
        let waive = |amount: &str, authority| waive(account(1), charged, money(amount), reason(), authority);
        assert_eq!(story.refused(&waive("40.01", limit("50.00"))), "amount_must_not_exceed_open");
        assert_eq!(story.refused(&waive("40.00", limit("30.00"))), "approval_must_be_given");
        assert_eq!(story.refused(&waive("-1.00", limit("30.00"))), "amount_must_be_positive");
        assert_eq!(told(&story.accepted(&waive("40.00", limit("50.00")))), ["waived 40.00 tax 2.26"]);
    }

    #[test]
    fn several_are_forgiven_by_one_word_or_none_of_them() {
        let mut story = story();
        let months = ["2026-01", "2026-02", "2026-03"].map(|m| charge(&mut story, month(m, "100.00")));
        story.accepted(&transfer("T1", "160.00", "2026-01-01", to_account(1)));
        let of = |charges: &[(ChargeId, Option<&str>)], authority| WaiveCharges {
            account: account(1),
            charges: charges
                .iter()
                .map(|(charge, amount)| Waiver { charge: *charge, amount: amount.map(money) })
                .collect(),
            reason: reason(),
            authority,
        };
        let [january, february, march] = months;
        let both = of(&[(february, None), (march, Some("30.00"))], limit("70.00"));
        // January is paid: of it nothing is open.
        for (charges, code, pointer) in [
            (vec![(march, Some("1.00")), (january, None)], "amount_must_be_positive", "/charges/1"),
            (vec![(march, Some("100.01"))], "amount_must_not_exceed_open", "/charges/0"),
            (vec![(march, None), (ChargeId(uuid(1)), None)], "charge_must_exist", "/charges/1"),
            (vec![(march, None), (march, None)], "waived_charges_must_be_bounded", "/charges"),
            (vec![], "waived_charges_must_be_bounded", "/charges"),
        ] {
            let refusal = story.when(&of(&charges, limit("999.00"))).unwrap_err();
            assert_eq!((refusal.code, refusal.pointer.as_deref()), (code, Some(pointer)));
        }
        let over = WaiveCharges { authority: limit("69.99"), ..both.clone() };
        assert_eq!(story.refused(&over), "approval_must_be_given", "the limit is for the sum");
        assert_eq!(told(&story.accepted(&both)), ["waived 40.00 tax 2.26", "waived 30.00 tax 1.70"]);
        // What was approved may be less by now, never more.
        let rest = of(&[(march, None)], limit("0.00"));
        let authority = approved(&mut story, &rest);
        story.accepted(&transfer("T2", "50.00", "2026-01-01", to_account(1)));
        assert_eq!(
            told(&story.accepted(&WaiveCharges { authority, ..rest })),
            ["approval_used", "waived 20.00 tax 1.13"]
        );
    }
}
