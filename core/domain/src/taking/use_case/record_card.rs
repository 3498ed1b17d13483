//! Records what was taken for a month of a card 月卡 without a unit: from any day, once per card and day, at the price of its
//! first day. A card of a unit's space is a fee item that is attached to the unit and runs from that day.

use super::take::{self, Taken};
use crate::calendar::{CivilDate, DateRange};
use crate::draft::{Decide, Draft};
use crate::fee_item::{AmountPer, FeeItemRefusal, FeeItemState, Price};
use crate::id::{FeeItemId, ShiftId, TakingId, VaultItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::{Money, RoundTo};
use crate::payment::Channel;
use crate::refusal::Refusal;
use crate::rule::months::{AnchorDay, Cycle, cuts};
use crate::stream::StreamRef;
use crate::taking::{TakenFor, TakingRefusal, TakingState};
use crate::value::{Code, Count, Exact};

/// Money for a month of a card that has begun or begins in the month of the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordCard {
    /// The taking: its id derives from the card's number.
    pub taking: TakingId,
    /// The fee item with the price: so much per month.
    pub fee_item: FeeItemId,
    /// Of the card or of its space; never a plate.
    pub number: Code,
    /// Its first day; that on which the card before it ends, if it goes on.
    pub from: CivilDate,
    /// What was taken: the price.
    pub amount: Money,
    /// Where it lies.
    pub channel: Channel,
    /// The channel's own number; for cash it is decided here from shift and slip.
    pub reference: Option<Code>,
    /// The cashier's open shift; exactly for cash.
    pub shift: Option<ShiftId>,
    /// The day the money was really the company's.
    pub value_on: CivilDate,
    /// The plate of the car, in the vault.
    pub plate: Option<VaultItemId>,
}

impl Decide for RecordCard {
    fn operation(&self) -> &'static str {
        "record_card"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let mut needs: Vec<StreamRef> = vec![self.taking.into(), self.fee_item.into()];
        needs.extend(take::needs(&self.channel, self.reference.as_ref(), self.shift));
        needs
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let item = draft.fee_item(self.fee_item);
        item.created().ok_or_else(|| FeeItemRefusal::FeeItemMustExist.at("/fee_item"))?;
        // What is paid ahead of its month would be unearned, and the books know that of units' charges alone.
        if self.from.month() > self.value_on.month() {
            return Err(TakingRefusal::CardMustHaveBegun.at("/from"));
        }
        let (service, anchor_day) = self.month(&draft.taking(self.taking))?;
        let (card, price) = self.priced(&item, service, anchor_day)?;
        let taken = Taken {
            taking: self.taking,
            fee_item: self.fee_item,
            channel: &self.channel,
            reference: self.reference.as_ref(),
            shift: self.shift,
            value_on: self.value_on,
            plate: self.plate,
        };
        taken.record(draft, &item, (self.amount, price), (card, self.from))
    }
}

impl RecordCard {
    /// Its month, and the day that its months run from.
    fn month(&self, state: &TakingState) -> Result<(DateRange, Count), Refusal> {
        let cards = || state.standing().iter().filter_map(|recorded| recorded.taken_for.card());
        let before = cards().find(|(service, _)| service.until() == self.from);
        let anchor_day = before.map_or(Count(self.from.day()), |(_, anchor_day)| anchor_day);
        let anchor = AnchorDay::new(anchor_day.0).ok_or(TakingRefusal::CardMustHaveTariff)?;
        let rest = DateRange::new(self.from, CivilDate::MAX)?;
        let month = cuts(rest, Cycle::Anniversary(anchor)).next();
        let service = month.ok_or(TakingRefusal::CardMustHaveTariff)?.service;
        match cards().find(|(have, _)| have.overlaps(service)) {
            Some((have, _)) => {
                let overlap = TakingRefusal::CardMustNotOverlap.with("from", have.from());
                Err(overlap.with("until", have.until()).at("/from"))
            }
            None => Ok((service, anchor_day)),
        }
    }

    fn priced(&self, item: &FeeItemState, service: DateRange, anchor_day: Count) -> Result<(TakenFor, Money), Refusal> {
        let tariff = item.tariff_on(self.from).ok_or_else(|| TakingRefusal::CardMustHaveTariff.at("/fee_item"))?;
        let Price::Fixed { amount: price, per: AmountPer::Month } = tariff.price else {
            return Err(TakingRefusal::CardMustHaveTariff.at("/fee_item"));
        };
        let number = self.number.clone();
        let (tariff, from, round_to) = (tariff.tariff, tariff.from, tariff.round_to);
        let card = TakenFor::Card { number, service, anchor_day, tariff, from, price, round_to };
        Ok((card, card_price(price, round_to)?))
    }
}

/// What a month of a card costs.
///
/// # Errors
/// An amount out of range.
pub(crate) fn card_price(price: Exact, round_to: RoundTo) -> Result<Money, Refusal> {
    Ok(Money::round(price.decimal(), round_to)?)
}
