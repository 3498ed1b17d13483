//! Writes a debt off 坏账核销: given up on the books, still owed.

use super::lowerable;
use crate::account::{AccountRefusal, ChargeWrittenOff, settle_late_fees};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::book::Fund;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Moves open principal of a charge against the allowance; money that is named for it later is a recovery.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WriteOffCharge {
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

impl Staked for WriteOffCharge {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.amount, self.account))
    }
}

impl Decide for WriteOffCharge {
    fn operation(&self) -> &'static str {
        "write_off_charge"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let charge = lowerable(draft, self.account, self.charge, self.amount)?;
        if charge.booking.fund != Fund::Operating {
            return Err(AccountRefusal::ChargeMustBeOperating.with("fund", charge.booking.fund));
        }
        if self.amount > charge.open() {
            return Err(AccountRefusal::AmountMustNotExceedOpen.with("open", charge.open()).at("/amount"));
        }
        let warrant = authorise(draft, self, self.authority)?;
        let written_off = ChargeWrittenOff {
            charge: self.charge,
            amount: self.amount,
            booking: charge.booking.clone(),
            reason: self.reason.clone(),
            approved: warrant.approved,
            seen: warrant.seen,
        };
        draft.push(self.account, written_off);
        settle_late_fees(draft, self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, item, money, month, of_fund, told};
    use crate::account::{AllocateCredit, ReduceCharge, ReverseCharge};
    use crate::approval::fixture::limit;
    use crate::payment::Spending;
    use crate::payment::fixture::{pays, rests, story, to_account, transfer};
    use crate::testing::Story;

    fn write_off(charge: ChargeId, amount: &str) -> WriteOffCharge {
        WriteOffCharge {
            account: account(1),
            charge,
            amount: amount.parse().unwrap(),
            reason: "obligor cannot be found".parse().unwrap(),
            authority: limit("100.00"),
        }
    }

    /// Open on the books, and owed at all.
    fn open_and_debt(story: &Story, id: ChargeId) -> (Money, Money) {
        let state = story.draft().account(account(1));
        let charge = state.charge(id).unwrap();
        (charge.open(), charge.debt())
    }

    #[test]
    fn what_is_given_up_is_owed_and_no_longer_open() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        let water = charge(&mut story, of_fund(Fund::PassThrough, item(2), month("2026-01", "5.00")));
        assert_eq!(story.refused(&write_off(charged, "100.01")), "amount_must_not_exceed_open");
        assert_eq!(story.refused(&write_off(charged, "0.00")), "amount_must_be_positive");
        assert_eq!(story.refused(&write_off(water, "5.00")), "charge_must_be_operating");
        let above = WriteOffCharge { authority: limit("69.99"), ..write_off(charged, "70.00") };
        assert_eq!(story.refused(&above), "approval_must_be_given");
        assert_eq!(told(&story.accepted(&write_off(charged, "70.00"))), ["written off 70.00"]);
        assert_eq!(open_and_debt(&story, charged), (money("30.00"), money("100.00")));
        assert_eq!(story.refused(&write_off(charged, "30.01")), "amount_must_not_exceed_open");
    }

    #[test]
    fn money_for_it_is_a_recovery_and_only_when_it_is_named() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        story.accepted(&write_off(charged, "70.00"));
        story.accepted(&transfer("T1", "50.00", "2026-01-01", to_account(1)));
        assert_eq!(rests(&story, account(1)), ["20.00"], "what nobody named pays what is open");
        let named = Spending { pays: vec![pays(1, &[charged])], ..to_account(1) };
        let events = told(&story.accepted(&transfer("T2", "40.00", "2026-01-01", named)));
        assert!(events.contains(&"recovered 40.00 paid".to_owned()), "{events:?}");
        assert_eq!(open_and_debt(&story, charged), (Money::ZERO, money("30.00")));
        let state = story.draft().account(account(1));
        let lot = state.lots().find(|lot| lot.rest.is_positive()).unwrap().lot;
        let spend = AllocateCredit { account: account(1), lot, charge: charged, amount: None, late_fee: false };
        assert_eq!(told(&story.accepted(&spend))[..2], ["recovered 20.00 paid", "paid 20.00 direct"]);
        assert_eq!(open_and_debt(&story, charged), (Money::ZERO, money("10.00")));
    }

    #[test]
    fn money_of_an_earlier_day_recovers_not_before_the_write_off() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        let mut story = story.on("2026-03-01");
        story.accepted(&write_off(charged, "100.00"));
        let named = Spending { pays: vec![pays(1, &[charged])], ..to_account(1) };
        let events = story.when(&transfer("T1", "40.00", "2026-02-01", named)).unwrap();
        let recovered = events.iter().find(|e| e.event.event_type() == "charge_recovered").unwrap();
        assert_eq!(recovered.effective_on.to_string(), "2026-03-01");
    }

    #[test]
    fn a_correction_takes_back_what_was_given_up_before_what_was_paid() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        story.accepted(&transfer("T1", "40.00", "2026-01-01", to_account(1)));
        story.accepted(&write_off(charged, "50.00"));
        let (reason, authority) = ("measured again".parse().unwrap(), limit("100.00"));
        let reduce = ReduceCharge { account: account(1), charge: charged, amount: money("70.00"), reason, authority };
        let events = told(&story.accepted(&reduce));
        assert_eq!(events[..2], ["recovered 50.00 charge_corrected", "undone 10.00 charge_corrected"]);
        assert_eq!(open_and_debt(&story, charged), (Money::ZERO, Money::ZERO));
        let other = charge(&mut story, month("2026-02", "60.00"));
        story.accepted(&write_off(other, "50.00"));
        let reason = "wrong unit".parse().unwrap();
        let reverse = ReverseCharge { account: account(1), charge: other, reason, authority };
        let events = told(&story.accepted(&reverse));
        assert_eq!(events[0], "recovered 50.00 charge_corrected");
        assert_eq!(events.last().unwrap(), "charge reversed 60.00 tax 3.40");
        assert_eq!(open_and_debt(&story, other), (Money::ZERO, Money::ZERO));
    }
}
