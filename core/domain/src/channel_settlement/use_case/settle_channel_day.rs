//! Records that a day's money of a channel account came to the bank.

use crate::books::outside_on;
use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::channel_settlement::{ChannelSettled, ChannelSettlementRefusal};
use crate::draft::{Decide, Draft};
use crate::id::ChannelSettlementId;
use crate::ledger::{LedgerKind, Seen, joined, must_be};
use crate::money::Money;
use crate::payment::Channel;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// What the company's reconciliation says of this ledger, once it is signed off; an argument, because no command reads another
/// ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySignedOff {
    /// What came in.
    pub paid: Money,
    /// What went back.
    pub refunded: Money,
    /// What the provider kept.
    pub fee: Money,
    /// Up to where the company's ledger was read.
    pub seen: Seen,
}

/// A day's money came to the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleChannelDay {
    /// The channel account.
    pub channel: Channel,
    /// The bank account.
    pub bank: Channel,
    /// The day of the trades.
    pub day: CivilDate,
    /// What the reconciliation says; none while the day is not signed off.
    pub signed_off: Option<DaySignedOff>,
    /// The bank's day.
    pub value_on: CivilDate,
}

impl Decide for SettleChannelDay {
    fn operation(&self) -> &'static str {
        "settle_channel_day"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![ChannelSettlementId::of_day(self.channel.id, self.day).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let stream = ChannelSettlementId::of_day(self.channel.id, self.day);
        if self.bank.kind != ChannelKind::Bank || self.bank.purse != self.channel.purse {
            return Err(ChannelSettlementRefusal::SettlementMustGoToBank.at("/bank_account"));
        }
        let day = self.signed_off.as_ref().ok_or(ChannelSettlementRefusal::SettlementMustBeSignedOff)?;
        if day.paid.is_zero() && day.refunded.is_zero() && day.fee.is_zero() {
            return Err(ChannelSettlementRefusal::SettlementMustHaveTrades.into());
        }
        if draft.channel_settlement(stream).settled().is_some() {
            return Err(ChannelSettlementRefusal::SettlementMustBeOnce.into());
        }
        if !(self.day..=draft.context.today).contains(&self.value_on) {
            return Err(ChannelSettlementRefusal::SettlementMustFollowItsDay.at("/value_on"));
        }
        let gross = day.paid.minus(day.refunded)?;
        let seen = joined(&joined(&self.channel.seen, &self.bank.seen), &[day.seen]);
        let settled = ChannelSettled {
            channel_account: self.channel.id,
            bank_account: self.bank.id,
            purse: self.channel.purse,
            day: self.day,
            gross,
            fee: day.fee,
            net: gross.minus(day.fee)?,
            value_on: self.value_on,
            seen,
        };
        let on = outside_on(draft, self.value_on);
        draft.push_on(stream, on, settled);
        Ok(())
    }
}
