//! What the facts of a `payment` stream post: money in and out against suspense, the one door.

use super::event::PaymentEvent;
use crate::book::{Book, Purse};
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::id::ChannelAccountId;
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &PaymentEvent, _effective_on: CivilDate) -> Option<Postings> {
    let none = Postings::new();
    Some(match event {
        PaymentEvent::PaymentReceived(e) => {
            let rounding = e.rounding.unwrap_or_default();
            none.debit(money_line(e.channel, e.purse, e.channel_account), e.amount.fold(rounding.negated()))
                .debit(difference_line(e.purse, e.channel_account), rounding)
                .credit(suspense_line(e.purse, e.channel_account), e.amount)
        }
        PaymentEvent::PaymentReversed(e) => {
            let rounding = e.rounding.unwrap_or_default();
            none.debit(suspense_line(e.purse, e.channel_account), e.amount)
                .credit(money_line(e.channel, e.purse, e.channel_account), e.amount.fold(rounding.negated()))
                .credit(difference_line(e.purse, e.channel_account), rounding)
        }
        PaymentEvent::BankLineSetAside(e) => none
            .debit(suspense_line(e.purse, e.channel_account), e.amount)
            .credit(money_line(e.channel, e.purse, e.channel_account), e.amount),
        PaymentEvent::BankLineTakenUp(e) => none
            .debit(money_line(e.channel, e.purse, e.channel_account), e.amount)
            .credit(suspense_line(e.purse, e.channel_account), e.amount),
        PaymentEvent::PaymentBounced(e) => none
            .debit(suspense_line(e.purse, e.channel_account), e.amount)
            .credit(money_line(e.channel, e.purse, e.channel_account), e.amount),
        // The suspense is that of the account the money came in by, whichever account it leaves from.
        PaymentEvent::SuspenseReturned(e) => none
            .debit(suspense_line(e.purse, e.received_in), e.amount)
            .credit(money_line(e.channel, e.purse, e.channel_account), e.amount),
        PaymentEvent::PaymentIdentified(_)
        | PaymentEvent::PaymentUnidentified(_)
        | PaymentEvent::BankLineMatched(_)
        | PaymentEvent::BankLineOrderMatched(_)
        | PaymentEvent::BankMatchUndone(_)
        | PaymentEvent::ReceiptIssued(_)
        | PaymentEvent::ReceiptPrinted(_)
        | PaymentEvent::ReceiptReversed(_) => return None,
    })
}

/// Money whose owner is not yet known, by the account it came in.
pub(crate) fn suspense_line(purse: Purse, channel_account: ChannelAccountId) -> Posting {
    Posting { channel_account: Some(channel_account), ..Posting::on(Book::Suspense, purse) }
}

/// What a box has less than was paid.
fn difference_line(purse: Purse, channel_account: ChannelAccountId) -> Posting {
    Posting { channel_account: Some(channel_account), ..Posting::on(Book::CashDifference, purse) }
}

/// Money itself, where it lies.
pub(crate) fn money_line(kind: ChannelKind, purse: Purse, channel_account: ChannelAccountId) -> Posting {
    let book = match kind {
        ChannelKind::Cash => Book::Cash,
        ChannelKind::Bank => Book::Bank,
        ChannelKind::Pos | ChannelKind::Online => Book::Channel,
    };
    Posting { channel_account: Some(channel_account), ..Posting::on(book, purse) }
}
