//! Says what stood on a bank account at the end of a month, for the reconciliation statement 余额调节表.

use crate::books::{BankBalanceStated, BooksRefusal};
use crate::calendar::Month;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::BooksId;
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::payment::Channel;
use crate::refusal::Refusal;

/// The bank's own balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateBankBalance {
    /// The bank account.
    pub channel: Channel,
    /// The month, which is over.
    pub period: Month,
    /// What stood on it; negative when overdrawn.
    pub balance: Money,
}

impl Decide for StateBankBalance {
    fn operation(&self) -> &'static str {
        "state_bank_balance"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if self.channel.kind != ChannelKind::Bank {
            return Err(BooksRefusal::StatementMustBeOfBank.at("/channel_account"));
        }
        if self.period >= draft.context.today.month() {
            return Err(BooksRefusal::BankMonthMustBeOver.at("/period"));
        }
        let stated = BankBalanceStated {
            channel_account: self.channel.id,
            period: self.period,
            balance: self.balance,
            seen: self.channel.seen.clone(),
        };
        draft.push(BooksId::of_ledger(draft.context.ledger_id), stated);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{day, money};
    use crate::books::{BankItemSide, ClearBankItem, StateBankItem};
    use crate::payment::fixture::{bank, cash_box};
    use crate::stream::Event;
    use crate::testing::Story;

    fn story() -> Story {
        Story::new().in_ledger(LedgerKind::Community).on("2026-02-10")
    }

    #[test]
    fn a_balance_is_of_a_bank_account_and_a_month_that_is_over() {
        let state = |channel, period: &str| StateBankBalance {
            channel,
            period: period.parse().unwrap(),
            balance: money("-1.00"),
        };
        assert_eq!(story().refused(&state(cash_box(), "2026-01")), "statement_must_be_of_bank");
        assert_eq!(story().refused(&state(bank(), "2026-02")), "bank_month_must_be_over");
        story().accepted(&state(bank(), "2026-01"));
    }

    #[test]
    fn an_item_stands_until_it_is_cleared_once() {
        let mut story = story();
        let state = |channel, amount: &str, on: &str| StateBankItem {
            channel,
            side: BankItemSide::BankPaid,
            amount: money(amount),
            booked_on: day(on),
            note: "手续费".parse().unwrap(),
        };
        assert_eq!(story.refused(&state(cash_box(), "1.00", "2026-01-31")), "statement_must_be_of_bank");
        assert_eq!(story.refused(&state(bank(), "0.00", "2026-01-31")), "amount_must_be_positive");
        assert_eq!(story.refused(&state(bank(), "1.00", "2026-02-11")), "bank_item_must_not_be_ahead");
        let stated = story.accepted(&state(bank(), "1.00", "2026-01-31"));
        let Event::Books(crate::books::BooksEvent::BankItemStated(stated)) = &stated[0] else { unreachable!() };
        let clear = |on: &str| ClearBankItem { item: stated.item, cleared_on: day(on) };
        assert_eq!(story.refused(&clear("2026-01-30")), "bank_item_must_not_be_ahead");
        assert_eq!(story.refused(&clear("2026-02-11")), "bank_item_must_not_be_ahead");
        story.accepted(&clear("2026-02-01"));
        assert_eq!(story.refused(&clear("2026-02-01")), "bank_item_must_be_open");
    }
}
