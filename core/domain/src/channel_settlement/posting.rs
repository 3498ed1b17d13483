//! What the facts of a `channel_settlement` stream post: from the channel to the bank, less the fee.

use super::event::ChannelSettlementEvent;
use crate::book::{Book, Purse};
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::id::ChannelAccountId;
use crate::money::Money;
use crate::payment::money_line;
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &ChannelSettlementEvent, _effective_on: CivilDate) -> Option<Postings> {
    Some(match event {
        ChannelSettlementEvent::ChannelSettled(e) => {
            moved(e.purse, (e.channel_account, e.bank_account), (e.gross, e.fee, e.net))
        }
        ChannelSettlementEvent::ChannelSettlementReversed(e) => {
            let mirror = (e.gross.negated(), e.fee.negated(), e.net.negated());
            moved(e.purse, (e.channel_account, e.bank_account), mirror)
        }
    })
}

fn moved(
    purse: Purse,
    (channel, bank): (ChannelAccountId, ChannelAccountId),
    (gross, fee, net): (Money, Money, Money),
) -> Postings {
    let fees = Posting { channel_account: Some(channel), ..Posting::on(Book::ChannelFee, purse) };
    let lines = Postings::new().debit(money_line(ChannelKind::Bank, purse, bank), net).debit(fees, fee);
    lines.credit(money_line(ChannelKind::Online, purse, channel), gross)
}
