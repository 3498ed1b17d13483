//! What the facts of a `shift` stream post: the difference between counted and expected cash, and cash that goes to the bank.

use super::event::ShiftEvent;
use crate::book::{Book, Purse};
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::id::ChannelAccountId;
use crate::money::Money;
use crate::payment::money_line;
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &ShiftEvent, _effective_on: CivilDate) -> Option<Postings> {
    match event {
        // Cash itself is posted by the payment or refund that moved it.
        ShiftEvent::ShiftOpened(_)
        | ShiftEvent::CashTaken(_)
        | ShiftEvent::CashReturned(_)
        | ShiftEvent::ShiftClosed(_) => None,
        ShiftEvent::ShiftCounted(e) => {
            let line = |book| Posting { channel_account: Some(e.channel_account), ..Posting::on(book, e.purse) };
            // Over: cash against the difference. Short is the same with a negative amount.
            let lines = Postings::new().debit(line(Book::Cash), e.difference);
            Some(lines.credit(line(Book::CashDifference), e.difference))
        }
        ShiftEvent::CashBanked(e) => Some(banked(e.purse, (e.channel_account, e.bank_account), e.amount)),
        ShiftEvent::CashBankingReversed(e) => {
            Some(banked(e.purse, (e.channel_account, e.bank_account), e.amount.negated()))
        }
    }
}

fn banked(purse: Purse, (cash_box, bank): (ChannelAccountId, ChannelAccountId), amount: Money) -> Postings {
    let line = |kind, account| money_line(kind, purse, account);
    Postings::new().debit(line(ChannelKind::Bank, bank), amount).credit(line(ChannelKind::Cash, cash_box), amount)
}
