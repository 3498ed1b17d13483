//! A stay and its price step by step, for who asks beforehand; and the explanation 费用说明 of one that was taken for,
//! computed again out of its own fact.

use super::event::{ParkingVersion, TakenFor, TakingEvent, TakingOf, TakingRecorded};
use super::text;
use super::use_case::{StayPrice, card_price, recompute};
use crate::account::{Recomputed, VatSaid, Written, tax_told, vat_split};
use crate::approval::Approved;
use crate::calendar::{CivilDate, DateRange, Moment};
use crate::envelope::{Recorded, instant_text};
use crate::fee_item::{FeeItemEvent, Price};
use crate::id::{ChargeId, FeeItemId, TakingId, TariffId};
use crate::money::{Money, RoundTo};
use crate::rule::parking::{Cost, DayCost, Line};
use crate::stream::Event;
use crate::value::{Code, Exact};
use serde::Serialize;

/// A tariff version of a stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionSaid {
    /// The version.
    pub tariff: TariffId,
    /// First day it prices.
    pub from: CivilDate,
    /// As it was set.
    pub price: Price,
}

/// Equal blocks in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlocksSaid {
    /// The version that prices them.
    pub tariff: TariffId,
    /// Where the first of them begins.
    pub from: Moment,
    /// How long one is.
    pub minutes: u32,
    /// What one costs.
    pub price: Money,
    /// How many.
    pub blocks: u32,
    /// What they come to.
    pub amount: Money,
}

/// A day of a stay, as its cap counts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DaySaid {
    /// Where it begins.
    pub from: Moment,
    /// What begins in it.
    pub lines: Vec<BlocksSaid>,
    /// What that comes to.
    pub sum: Money,
    /// The most that it may; absent without a cap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<Money>,
    /// The lower of the two.
    pub amount: Money,
}

/// What a stay costs, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaySaid {
    /// When it began.
    pub entered_at: Moment,
    /// When it ended.
    pub left_at: Moment,
    /// The tariff versions that hold in it, in order.
    pub versions: Vec<VersionSaid>,
    /// It is no longer than the free minutes.
    pub free: bool,
    /// By day.
    pub days: Vec<DaySaid>,
    /// What it costs.
    pub amount: Money,
    /// The same in plain words.
    pub text: String,
}

/// The explanation of a walk-in taking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakingExplanation {
    /// The charge in it.
    pub charge: ChargeId,
    /// `stay` or `card`
    pub kind: &'static str,
    /// The taking.
    pub taking: TakingId,
    /// How it stands on the books.
    pub booking: TakingOf,
    /// Name of the fee item.
    pub fee_item_name: String,
    /// Accounting date.
    pub effective_on: CivilDate,
    /// Who recorded it.
    pub written: Written,
    /// The gate's or the card's own number.
    pub number: Code,
    /// The stay; absent for cards, and when what the fact carries says no price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stay: Option<StaySaid>,
    /// The month of a card; absent for stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<CardSaid>,
    /// What was taken.
    pub amount: Money,
    /// The tax in it.
    pub vat: VatSaid,
    /// The day the money was really the company's.
    pub value_on: CivilDate,
    /// How it was reversed, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed: Option<TakingReversal>,
    /// The amount, computed again.
    pub recomputed: Recomputed,
    /// All of it in plain Chinese.
    pub text: String,
}

/// A month of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardSaid {
    /// Its days.
    pub service: DateRange,
    /// The day that its months run from.
    pub anchor_day: u32,
    /// The tariff version of its first day.
    pub tariff: TariffId,
    /// First day that the version prices.
    pub from: CivilDate,
    /// Yuan per month.
    pub price: Exact,
    /// Where that is rounded to.
    pub round_to: RoundTo,
}

/// How a taking was reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakingReversal {
    /// Accounting date.
    pub effective_on: CivilDate,
    /// Why.
    pub reason: String,
    /// On whose word; absent for cash in its open shift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
    /// Who reversed it.
    pub written: Written,
}

impl StaySaid {
    /// Of a stay that was priced.
    pub fn of(entered_at: Moment, left_at: Moment, price: &StayPrice) -> Self {
        said(entered_at, left_at, &price.versions, &price.cost)
    }
}

/// The fee item of the taking that a charge is in, out of its stream's events.
pub fn taken_of(taking: &[Recorded], charge: ChargeId) -> Option<FeeItemId> {
    recorded(taking, charge).map(|(_, fact)| fact.of.fee_item)
}

/// Explains the charge of a taking out of the events of its stream and of its fee item; none when they do not have it.
pub fn explain_taking(taking: &[Recorded], fee_item: &[Recorded], charge: ChargeId) -> Option<TakingExplanation> {
    let (at, fact) = recorded(taking, charge)?;
    let (kind, stay, card, amount) = match &fact.taken_for {
        TakenFor::Stay { number: _, entered_at, left_at, versions } => {
            let cost = recompute(*entered_at, *left_at, versions).ok();
            let stay = cost.map(|cost| said(*entered_at, *left_at, versions, &cost));
            let amount = stay.as_ref().map(|stay| stay.amount);
            ("stay", stay, None, amount)
        }
        TakenFor::Card { number: _, service, anchor_day, tariff, from, price, round_to } => {
            let (service, anchor_day, tariff, from) = (*service, anchor_day.0, *tariff, *from);
            let card = CardSaid { service, anchor_day, tariff, from, price: *price, round_to: *round_to };
            ("card", None, Some(card), card_price(*price, *round_to).ok())
        }
    };
    let vat = amount.and_then(|amount| vat_split(fact.of.vat.category, fact.of.vat.rate, amount).ok());
    let equal = amount == Some(fact.of.amount) && vat.as_ref() == Some(&fact.of.vat);
    let mut explanation = TakingExplanation {
        charge,
        kind,
        taking: TakingId(at.stream.id),
        booking: fact.of.clone(),
        fee_item_name: name(fee_item),
        effective_on: at.effective_on,
        written: written(at),
        number: fact.taken_for.number().clone(),
        stay,
        card,
        amount: fact.of.amount,
        vat: VatSaid {
            category: fact.of.vat.category,
            rate: fact.of.vat.rate,
            net: fact.of.vat.net,
            tax: fact.of.vat.tax,
            how: tax_told(fact.of.amount, &fact.of.vat),
        },
        value_on: fact.value_on,
        reversed: taking.iter().find_map(|event| reversal(event, charge)),
        recomputed: Recomputed { amount, posted: fact.of.amount, equal },
        text: String::new(),
    };
    explanation.text = text::taking(&explanation);
    Some(explanation)
}

fn recorded(taking: &[Recorded], charge: ChargeId) -> Option<(&Recorded, &TakingRecorded)> {
    taking.iter().find_map(|event| match &event.event {
        Event::Taking(TakingEvent::TakingRecorded(fact)) if fact.of.charge == charge => Some((event, fact)),
        _ => None,
    })
}

fn reversal(event: &Recorded, charge: ChargeId) -> Option<TakingReversal> {
    match &event.event {
        Event::Taking(TakingEvent::TakingReversed(fact)) if fact.of.charge == charge => Some(TakingReversal {
            effective_on: event.effective_on,
            reason: fact.reason.to_string(),
            approved: fact.approved.clone(),
            written: written(event),
        }),
        _ => None,
    }
}

fn name(fee_item: &[Recorded]) -> String {
    let name = fee_item.iter().find_map(|event| match &event.event {
        Event::FeeItem(FeeItemEvent::FeeItemCreated(created)) => Some(created.name.to_string()),
        _ => None,
    });
    name.unwrap_or_default()
}

fn written(at: &Recorded) -> Written {
    Written { position: at.position, at: instant_text(at.recorded_at), by: at.actor }
}

fn said(entered_at: Moment, left_at: Moment, versions: &[ParkingVersion], cost: &Cost) -> StaySaid {
    let version = |version: &ParkingVersion| VersionSaid {
        tariff: version.tariff,
        from: version.from,
        price: Price::Parking(version.price.clone()),
    };
    let line = |line: &Line| {
        Some(BlocksSaid {
            tariff: versions.get(line.version)?.tariff,
            from: line.from.into(),
            minutes: line.block.minutes,
            price: line.block.price,
            blocks: line.blocks,
            amount: line.amount,
        })
    };
    let day = |day: &DayCost| DaySaid {
        from: day.from.into(),
        lines: day.lines.iter().filter_map(line).collect(),
        sum: day.sum,
        cap: day.cap,
        amount: day.amount,
    };
    let mut said = StaySaid {
        entered_at,
        left_at,
        versions: versions.iter().map(version).collect(),
        free: cost.free,
        days: cost.days.iter().map(day).collect(),
        amount: cost.amount,
        text: String::new(),
    };
    said.text = text::stay(&said);
    said
}
