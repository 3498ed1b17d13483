//! What the facts of a `channel_day` stream post: what of a lump is of no community; all else is in the communities' ledgers.

use super::event::ChannelDayEvent;
use crate::book::Purse;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::id::ChannelAccountId;
use crate::money::Money;
use crate::payment::{money_line, suspense_line};
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &ChannelDayEvent, _effective_on: CivilDate) -> Option<Postings> {
    match event {
        ChannelDayEvent::ChannelLumpRecorded(e) if !e.rest.is_zero() => {
            Some(waits(e.purse, (e.channel_account, e.bank_account), e.rest))
        }
        ChannelDayEvent::ChannelRestCleared(e) => {
            Some(waits(e.purse, (e.channel_account, e.bank_account), e.amount.negated()))
        }
        ChannelDayEvent::ChannelLumpRecorded(_)
        | ChannelDayEvent::ChannelDayReconciled(_)
        | ChannelDayEvent::ChannelDaySplit(_)
        | ChannelDayEvent::ChannelDifferenceFound(_)
        | ChannelDayEvent::ChannelDifferenceGone(_)
        | ChannelDayEvent::ChannelDifferenceExplained(_)
        | ChannelDayEvent::ChannelDaySignedOff(_) => None,
    }
}

fn waits(purse: Purse, (channel, bank): (ChannelAccountId, ChannelAccountId), amount: Money) -> Postings {
    let bank = money_line(ChannelKind::Bank, purse, bank);
    Postings::new().debit(bank, amount).credit(suspense_line(purse, channel), amount)
}
