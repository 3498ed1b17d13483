//! Records that a day's money came to the bank in one sum, and whose it is.

use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::channel_day::{ChannelDayRefusal, ChannelLumpRecorded, LumpPart};
use crate::draft::{Decide, Draft};
use crate::id::ChannelDayId;
use crate::money::Money;
use crate::payment::Channel;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;

/// A day's money came to the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLump {
    /// The day.
    pub channel_day: ChannelDayId,
    /// The bank account.
    pub bank: Channel,
    /// What the bank got.
    pub amount: Money,
    /// The bank's day.
    pub value_on: CivilDate,
}

impl Decide for RecordLump {
    fn operation(&self) -> &'static str {
        "record_lump"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.channel_day.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.channel_day(self.channel_day);
        let day = state.reconciled().ok_or(ChannelDayRefusal::ChannelDayMustExist)?.clone();
        if !state.is_signed_off() {
            return Err(ChannelDayRefusal::LumpMustFollowSignOff.into());
        }
        if state.lump().is_some() {
            return Err(ChannelDayRefusal::LumpMustBeOnce.into());
        }
        let channel = draft.channel_account(day.channel_account);
        let purse = channel.purse().ok_or(ChannelDayRefusal::ChannelDayMustExist)?;
        if self.bank.kind != ChannelKind::Bank || self.bank.purse != purse {
            return Err(ChannelDayRefusal::LumpMustGoToBank.at("/bank_account"));
        }
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if !(day.day..=draft.context.today).contains(&self.value_on) {
            return Err(ChannelDayRefusal::LumpMustFollowItsDay.at("/value_on"));
        }
        let (mut parts, mut rest) = (Vec::new(), self.amount);
        for split in state.splits() {
            let Some(community) = split.community else { continue };
            let net = split.paid.minus(split.refunded)?.minus(split.fee)?;
            rest = rest.minus(net)?;
            parts.push(LumpPart { community, net });
        }
        let lump = ChannelLumpRecorded {
            channel_account: day.channel_account,
            bank_account: self.bank.id,
            purse,
            day: day.day,
            amount: self.amount,
            parts,
            rest,
            value_on: self.value_on,
            seen: self.bank.seen.clone(),
        };
        draft.push(self.channel_day, lump);
        Ok(())
    }
}
