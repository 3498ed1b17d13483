//! Cash goes to the bank 缴存, out of an open box or of what was counted at its end.

use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::ShiftId;
use crate::money::Money;
use crate::payment::{Channel, must_be_money};
use crate::refusal::Refusal;
use crate::shift::cash::must_be_of_cashier;
use crate::shift::{CashBanked, CashBankingReversed, ShiftRefusal};
use crate::stream::StreamRef;
use crate::value::{Code, Count, Label};

/// Pays cash of a shift into a bank account. It happened outside, so it counts on the bank's day, if its month is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankCash {
    /// The shift.
    pub shift: ShiftId,
    /// The bank account.
    pub bank: Channel,
    /// How much.
    pub amount: Money,
    /// The bank's day.
    pub value_on: CivilDate,
    /// Number of the bank's slip.
    pub slip: Option<Code>,
}

impl Decide for BankCash {
    fn operation(&self) -> &'static str {
        "bank_cash"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.shift.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.shift(self.shift);
        let opened = state.opened().ok_or(ShiftRefusal::ShiftMustExist)?;
        if state.is_open() {
            must_be_of_cashier(draft, opened)?;
        }
        if self.bank.kind != ChannelKind::Bank || self.bank.purse != opened.purse {
            return Err(ShiftRefusal::CashMustGoToBank.at("/bank_account"));
        }
        must_be_money(draft, self.amount, (self.value_on, "/value_on"))?;
        if state.expected() < self.amount {
            return Err(ShiftRefusal::CashMustSuffice.with("expected", state.expected()).at("/amount"));
        }
        let number = u32::try_from(state.times_banked()).unwrap_or(u32::MAX).saturating_add(1);
        let banked = CashBanked {
            number: Count(number),
            channel_account: opened.channel_account,
            bank_account: self.bank.id,
            purse: opened.purse,
            amount: self.amount,
            value_on: self.value_on,
            slip: self.slip.clone(),
            seen: self.bank.seen.clone(),
        };
        let on = outside_on(draft, self.value_on);
        draft.push_on(self.shift, on, banked);
        Ok(())
    }
}

/// Undoes a record of banked cash that was a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReverseCashBanking {
    /// The shift.
    pub shift: ShiftId,
    /// The n-th time that cash of it went to a bank.
    pub number: Count,
    /// Why.
    pub reason: Label,
}

impl Decide for ReverseCashBanking {
    fn operation(&self) -> &'static str {
        "reverse_cash_banking"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.shift.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.shift(self.shift);
        let banked = state.banked(self.number).ok_or(ShiftRefusal::BankingMustStand)?;
        let reversed = CashBankingReversed {
            number: self.number,
            channel_account: banked.channel_account,
            bank_account: banked.bank_account,
            purse: banked.purse,
            amount: banked.amount,
            reason: self.reason.clone(),
        };
        draft.push(self.shift, reversed);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{money, told};
    use crate::approval::fixture::staff;
    use crate::payment::fixture::{bank, cash_payment, fund_bank, payment, shift, story_with_shift};
    use crate::shift::{CloseShift, Successor};
    use crate::staff::{Role, Roles};
    use crate::testing::Story;

    fn bank_cash(story: &Story, amount: &str) -> BankCash {
        let value_on = "2026-01-01".parse().unwrap();
        BankCash { shift: shift(story), bank: bank(), amount: money(amount), value_on, slip: None }
    }

    #[test]
    fn what_lies_in_the_box_goes_to_the_bank_once() {
        let mut story = story_with_shift("200.00");
        payment(&mut story, &cash_payment("87.50"));
        let all = bank_cash(&story, "100.00");
        assert_eq!(story.refused(&BankCash { bank: fund_bank(), ..all.clone() }), "cash_must_go_to_bank");
        assert_eq!(story.refused(&bank_cash(&story, "287.51")), "cash_must_suffice");
        let ahead = BankCash { value_on: "2026-01-02".parse().unwrap(), ..all.clone() };
        assert_eq!(story.refused(&ahead), "value_date_must_not_be_in_future");
        assert_eq!(told(&story.accepted(&all)), ["cash_banked"]);
        let another = story.draft().context.actor;
        let mut story = story.by(staff(2));
        assert_eq!(story.refused(&bank_cash(&story, "1.00")), "shift_must_be_of_cashier");
        let mut story = story.by(another);
        story.accepted(&CloseShift {
            shift: shift(&story),
            counted: money("187.00"),
            handed_over_to: None,
            remark: None,
        });
        let mut story = story.by(staff(2));
        assert_eq!(story.refused(&bank_cash(&story, "187.01")), "cash_must_suffice", "what was counted is there");
        story.accepted(&bank_cash(&story, "87.00"));
        let reverse = |n| ReverseCashBanking { shift: all.shift, number: Count(n), reason: "twice".parse().unwrap() };
        assert_eq!(story.refused(&reverse(3)), "banking_must_stand");
        story.accepted(&reverse(1));
        assert_eq!(story.refused(&reverse(1)), "banking_must_stand");
        assert_eq!(story.draft().shift(all.shift).expected(), money("200.00"));
        story.accepted(&bank_cash(&story, "200.00"));
    }

    #[test]
    fn cash_that_was_handed_over_is_banked_by_whoever_has_it() {
        let mut story = story_with_shift("200.00");
        let roles = Roles { held: vec![Role::Cashier], seen: Vec::new() };
        let next = Successor { staff: crate::id::StaffId(staff(2).id), roles };
        let close =
            CloseShift { shift: shift(&story), counted: money("200.00"), handed_over_to: Some(next), remark: None };
        story.accepted(&close);
        assert_eq!(story.refused(&bank_cash(&story, "1.00")), "cash_must_suffice");
    }
}
