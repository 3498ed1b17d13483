//! Closes a day of a channel account.

use crate::calendar::CivilDate;
use crate::channel_account::ChannelKind;
use crate::day_close::{DayCloseRefusal, DayClosed};
use crate::draft::{Decide, Draft};
use crate::id::{DayCloseId, ShiftClaimId};
use crate::ledger::{LedgerKind, Position, Seen, joined, must_be};
use crate::money::Money;
use crate::payment::Channel;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// What moved on a channel account on a day, as the read models say; an argument, because no command sums the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayMovement {
    /// What stood on it when the day began.
    pub opening: Money,
    /// What came in.
    pub received: Money,
    /// What went out.
    pub paid: Money,
    /// Up to where they had read.
    pub known_at: Position,
}

/// Whether the provider's bill of the day was signed off, as the company's ledger says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOff {
    /// Nobody here speaks with a provider about the account.
    NotAsked,
    /// It was not.
    Missing,
    /// It was, up to where the company's ledger was read.
    Given(Seen),
}

/// Says what moved on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseDay {
    /// The channel account.
    pub channel: Channel,
    /// The accounting date.
    pub day: CivilDate,
    /// What moved.
    pub movement: DayMovement,
    /// Whether it was signed off, for an online account.
    pub sign_off: SignOff,
}

impl Decide for CloseDay {
    fn operation(&self) -> &'static str {
        "close_day"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![DayCloseId::of_day(self.channel.id, self.day).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if self.day > draft.context.today {
            return Err(DayCloseRefusal::DayMustHaveCome.at("/day"));
        }
        let seen = match self.channel.kind {
            ChannelKind::Cash => self.must_be_counted(draft)?,
            ChannelKind::Online => self.must_be_signed_off()?,
            ChannelKind::Bank | ChannelKind::Pos => Vec::new(),
        };
        let DayMovement { opening, received, paid, known_at } = self.movement;
        let closed = DayClosed {
            channel_account: self.channel.id,
            kind: self.channel.kind,
            purse: self.channel.purse,
            day: self.day,
            opening,
            received,
            paid,
            closing: opening.plus(received)?.minus(paid)?,
            known_at,
            seen: joined(&self.channel.seen, &seen),
        };
        let stream = DayCloseId::of_day(self.channel.id, self.day);
        let said = |closed: &DayClosed| (closed.opening, closed.received, closed.paid);
        if draft.day_close(stream).closed().is_some_and(|before| said(before) == said(&closed)) {
            return Err(DayCloseRefusal::DayMustHaveChanged.into());
        }
        draft.push(stream, closed);
        Ok(())
    }
}

impl CloseDay {
    /// No shift of the day, or of one before, is open at the box.
    fn must_be_counted(&self, draft: &Draft<'_>) -> Result<Vec<Seen>, Refusal> {
        let claim = ShiftClaimId::of_cash_box(draft.context.ledger_id, self.channel.id);
        if let Some(shift) = draft.shift_claim(claim).shift()
            && draft.shift(shift).opened_on().is_some_and(|on| on <= self.day)
        {
            return Err(DayCloseRefusal::DayMustHaveNoOpenShift.with("shift", shift));
        }
        Ok(Vec::new())
    }

    /// A day without money has no bill.
    fn must_be_signed_off(&self) -> Result<Vec<Seen>, Refusal> {
        let moved = !self.movement.received.is_zero() || !self.movement.paid.is_zero();
        match self.sign_off {
            SignOff::Missing if moved => Err(DayCloseRefusal::DayMustBeSignedOff.into()),
            SignOff::Missing | SignOff::NotAsked => Ok(Vec::new()),
            SignOff::Given(seen) => Ok(vec![seen]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{day, money, told};
    use crate::book::Purse;
    use crate::id::LedgerId;
    use crate::payment::fixture::{bank, cash_box, channel, shift, story, story_with_shift};
    use crate::shift::CloseShift;
    use crate::testing::uuid;

    fn close(channel: Channel, received: &str) -> CloseDay {
        let (opening, received, paid) = (money("5.00"), money(received), money("1.00"));
        let movement = DayMovement { opening, received, paid, known_at: Position(3) };
        CloseDay { channel, day: day("2026-01-01"), movement, sign_off: SignOff::NotAsked }
    }

    #[test]
    fn a_day_is_closed_again_only_when_something_changed() {
        let mut story = story();
        let ahead = CloseDay { day: day("2026-01-02"), ..close(bank(), "9.00") };
        assert_eq!(story.refused(&ahead), "day_must_have_come");
        assert_eq!(told(&story.accepted(&close(bank(), "9.00"))), ["day_closed"]);
        assert_eq!(story.refused(&close(bank(), "9.00")), "day_must_have_changed");
        story.accepted(&close(bank(), "9.50"));
        let stream = DayCloseId::of_day(bank().id, day("2026-01-01"));
        assert_eq!(story.draft().day_close(stream).closed().unwrap().closing, money("13.50"));
    }

    #[test]
    fn cash_is_counted_before() {
        let mut story = story_with_shift("0.00");
        assert_eq!(story.refused(&close(cash_box(), "9.00")), "day_must_have_no_open_shift");
        let end = CloseShift { shift: shift(&story), counted: money("0.00"), handed_over_to: None, remark: None };
        story.accepted(&end);
        story.accepted(&close(cash_box(), "9.00"));
    }

    #[test]
    fn an_online_day_is_signed_off_before() {
        let online = channel(7, ChannelKind::Online, Purse::Company);
        let mut story = story();
        let missing = CloseDay { sign_off: SignOff::Missing, ..close(online.clone(), "9.00") };
        assert_eq!(story.refused(&missing), "day_must_be_signed_off");
        let seen = Seen { ledger_id: LedgerId(uuid(5)), position: Position(9) };
        story.accepted(&CloseDay { sign_off: SignOff::Given(seen), ..missing });
    }
}
