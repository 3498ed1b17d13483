//! Says what bank or books have and the other has not yet 未达账项.

use crate::books::{BankItemSide, BankItemStated, BooksRefusal};
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{BankItemId, BooksId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::payment::Channel;
use crate::refusal::{CommonRefusal, Refusal};
use crate::value::Label;

/// One of them has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateBankItem {
    /// The bank account.
    pub channel: Channel,
    /// Which of them has it.
    pub side: BankItemSide,
    /// How much.
    pub amount: Money,
    /// Its day there.
    pub booked_on: CivilDate,
    /// What it is.
    pub note: Label,
}

impl Decide for StateBankItem {
    fn operation(&self) -> &'static str {
        "state_bank_item"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if self.channel.kind != ChannelKind::Bank {
            return Err(BooksRefusal::StatementMustBeOfBank.at("/channel_account"));
        }
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if self.booked_on > draft.context.today {
            return Err(BooksRefusal::BankItemMustNotBeAhead.at("/booked_on"));
        }
        let item: BankItemId = draft.mint("bank_item");
        let stated = BankItemStated {
            item,
            channel_account: self.channel.id,
            side: self.side,
            amount: self.amount,
            booked_on: self.booked_on,
            note: self.note.clone(),
            seen: self.channel.seen.clone(),
        };
        draft.push(BooksId::of_ledger(draft.context.ledger_id), stated);
        Ok(())
    }
}
