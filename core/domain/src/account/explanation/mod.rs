//! The explanation of a charge 费用说明: what it rests on, every step to its amount, what became of it, and the same in words.
//!
//! It rests on events alone and computes by the rules that billed. May never happen here: an amount that cannot be
//! computed again and does not say so.

mod again;
mod discounts;
mod metered;
mod parts;
mod steps;
#[cfg(test)]
mod stories;
mod text;

use super::event::{AccountEvent, ChargePosted};
use super::opening::OpeningChargePosted;
use super::terms::{Booking, Discount, FundDemand, Input, Source};
use crate::bill_run::{label_of, value_of};
use crate::calendar::{CivilDate, DateRange};
use crate::community::CommunityState;
use crate::dated::Dated;
use crate::envelope::{Recorded, instant_text};
use crate::fee_item::{FeeItemEvent, TariffSet};
use crate::id::{BillLineId, BillRunId, ChargeId, FeeItemId, OpeningId, TariffId, UnitId};
use crate::money::Money;
use crate::pool::PoolShareSaid;
use crate::stream::Event;
use crate::unit::{UnitEvent, UnitPriceSet};
use crate::wire::words;
pub use again::{Again, computed_again};
use again::{Computation, first_posting};
pub use metered::*;
pub use parts::*;
use serde::Serialize;
pub use steps::{MonthsSaid, ShareSaid, Steps};
use steps::{facts, folded, followed, replaced};
pub(crate) use text::{day as day_told, rounded as rounded_told, tax as tax_told};

words! {
    /// What made a charge.
    pub enum ChargeKind {
        /// A tariff, or the unit's own price, by time.
        Tariff = "tariff",
        /// A tariff, or the unit's own price, by what a meter counted.
        Metered = "metered",
        /// A wish: an amount that somebody said.
        OneOff = "one_off",
        /// A wish: upwards, for an earlier charge.
        Correction = "correction",
        /// An accepted quotation.
        WorkOrder = "work_order",
        /// A shared cost: a share of a pool.
        Pool = "pool",
        /// A late fee that was adjudged.
        Award = "award",
        /// The first deposit of a maintenance fund: what one month of the item's tariff comes to.
        FirstDeposit = "first_deposit",
        /// A top-up of a maintenance fund.
        TopUp = "top_up",
        /// The old books.
        Opening = "opening",
    }
}

/// The explanation of a charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The charge.
    pub charge: ChargeId,
    /// What made it.
    pub kind: ChargeKind,
    /// The line it was billed with; absent for the old books' charges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill_line: Option<BillLineId>,
    /// The run that billed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<BillRunId>,
    /// The batch of openings it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening: Option<OpeningId>,
    /// What it is charged for besides time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// How it stands on the books: account, fee item, obligor, period.
    pub booking: Booking,
    /// Name of the fee item.
    pub fee_item_name: String,
    /// Service time.
    pub service: DateRange,
    /// When it is due.
    pub due_on: CivilDate,
    /// Accounting date.
    pub effective_on: CivilDate,
    /// Who posted it.
    pub written: Written,
    /// The tariff version; absent for what none billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tariff: Option<TariffSaid>,
    /// The unit's own price, when that priced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_price: Option<OwnPrice>,
    /// What the computation rests on.
    pub inputs: Vec<InputSaid>,
    /// The formula, when one priced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<FormulaSaid>,
    /// The computation; absent for what none billed, and when what it rests on says no amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Steps>,
    /// How the share follows from its pool; absent for what is no share, and when what it rests on says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolShareSaid>,
    /// The readings and the usage that it is charged for; absent for what no meter counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metered: Option<MeteredSaid>,
    /// Before discounts.
    pub gross: Money,
    /// Discounts.
    pub discounts: Vec<Discount>,
    /// Owed when it was posted.
    pub amount: Money,
    /// The tax in it; absent for the old books' charges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat: Option<VatSaid>,
    /// What became of it, in order.
    pub happened: Vec<Happened>,
    /// The charge that it replaces, after who owes its days changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<ChargeId>,
    /// The charges that replace it.
    pub replaced_by: Vec<ChargeId>,
    /// What paid it, in order.
    pub payments: Vec<Paid>,
    /// Owed now.
    pub owed: Money,
    /// Paid of it.
    pub paid: Money,
    /// Unpaid of it and on the books.
    pub open: Money,
    /// The amount computed again; absent for the old books' charges, which were computed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recomputed: Option<Recomputed>,
    /// All of it in plain words.
    pub text: String,
}

/// What an explanation rests on: events in their order, as of one position, and the community's words.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The account's.
    pub account: &'a [Recorded],
    /// Those of the streams that [`rests_on`] names.
    pub terms: &'a [Recorded],
    /// What the community calls its units' attributes.
    pub community: &'a CommunityState,
}

/// The unit and the fee item of a charge, out of its account's events; none when they do not have it.
pub fn rests_on(account: &[Recorded], charge: ChargeId) -> Option<(UnitId, FeeItemId)> {
    let unit = facts(account).find_map(|(_, event)| match event {
        AccountEvent::AccountOpened(opened) => Some(opened.unit),
        _ => None,
    });
    let fee_item = facts(account).find_map(|(_, event)| match event {
        AccountEvent::ChargePosted(posted) if posted.charge == charge => Some(posted.booking.fee_item),
        AccountEvent::OpeningChargePosted(posted) if posted.charge == charge => Some(posted.booking.fee_item),
        _ => None,
    });
    unit.zip(fee_item)
}

/// Explains a charge; none when its account's events do not have it.
pub fn explain(sources: &Sources<'_>, charge: ChargeId) -> Option<Explanation> {
    let mut explanation = facts(sources.account).find_map(|(at, event)| match event {
        AccountEvent::ChargePosted(posted) if posted.charge == charge => Some(sources.posted(at, posted)),
        AccountEvent::OpeningChargePosted(posted) if posted.charge == charge => Some(sources.opening(at, posted)),
        _ => None,
    })?;
    sources.became(&mut explanation);
    explanation.text = text::told(&explanation);
    Some(explanation)
}

impl Sources<'_> {
    fn posted(&self, at: &Recorded, posted: &ChargePosted) -> Explanation {
        let Computation { billed, steps, pool, recomputed } =
            Computation::of(self.account, at, posted, |name| self.label(name));
        let (_, first) = first_posting(self.account, at, posted);
        let kind = match posted.source {
            _ if billed.is_some() => ChargeKind::Tariff,
            Some(Source::Meter { .. }) => ChargeKind::Metered,
            Some(Source::Correction { .. }) => ChargeKind::Correction,
            Some(Source::WorkOrder { .. }) => ChargeKind::WorkOrder,
            Some(Source::Pool { .. }) => ChargeKind::Pool,
            Some(Source::Award { .. }) => ChargeKind::Award,
            Some(Source::FundDemand { demand: FundDemand::FirstDeposit, .. }) => ChargeKind::FirstDeposit,
            Some(Source::FundDemand { demand: FundDemand::TopUp, .. }) => ChargeKind::TopUp,
            // No command posts what has neither tariff nor source: if one is there, somebody said its amount.
            Some(Source::OneOff { .. }) | None => ChargeKind::OneOff,
        };
        Explanation {
            kind,
            bill_line: Some(posted.bill_line),
            run: posted.run,
            source: posted.source,
            tariff: posted.tariff.and_then(|tariff| self.tariff(tariff)),
            own_price: billed.is_some().then(|| self.own_price(at, posted)).flatten(),
            inputs: first.inputs.iter().map(|input| self.input(input)).collect(),
            formula: posted.formula.as_ref().map(|formula| FormulaSaid {
                text: formula.clone(),
                value: value_of(&posted.inputs, formula).ok().map(|value| value.normalize().to_string()),
            }),
            steps,
            pool,
            metered: posted.metered.as_deref().map(|metered| MeteredSaid::of(metered, |input| self.input(input))),
            gross: posted.gross,
            discounts: posted.discounts.clone(),
            vat: Some(VatSaid {
                category: posted.vat.category,
                rate: posted.vat.rate,
                net: posted.vat.net,
                tax: posted.vat.tax,
                how: text::tax(posted.amount, &posted.vat),
            }),
            replaces: replaced(self.account, at, posted.charge).map(|old| old.charge),
            recomputed: Some(recomputed),
            ..self.bare(at, (posted.charge, &posted.booking), (posted.service, posted.due_on), posted.amount)
        }
    }

    fn opening(&self, at: &Recorded, posted: &OpeningChargePosted) -> Explanation {
        Explanation {
            opening: Some(posted.opening),
            ..self.bare(at, (posted.charge, &posted.booking), (posted.service, posted.due_on), posted.amount)
        }
    }

    /// What every charge has; the rest as the old books leave it.
    fn bare(
        &self,
        at: &Recorded,
        (charge, booking): (ChargeId, &Booking),
        (service, due_on): (DateRange, CivilDate),
        amount: Money,
    ) -> Explanation {
        Explanation {
            charge,
            kind: ChargeKind::Opening,
            bill_line: None,
            run: None,
            opening: None,
            source: None,
            booking: booking.clone(),
            fee_item_name: self.name(),
            service,
            due_on,
            effective_on: at.effective_on,
            written: written(at),
            tariff: None,
            own_price: None,
            inputs: Vec::new(),
            formula: None,
            steps: None,
            pool: None,
            metered: None,
            gross: amount,
            discounts: Vec::new(),
            amount,
            vat: None,
            happened: Vec::new(),
            replaces: None,
            replaced_by: Vec::new(),
            payments: Vec::new(),
            owed: amount,
            paid: Money::ZERO,
            open: amount,
            recomputed: None,
            text: String::new(),
        }
    }

    fn name(&self) -> String {
        let name = self.terms.iter().find_map(|recorded| match &recorded.event {
            Event::FeeItem(FeeItemEvent::FeeItemCreated(created)) => Some(created.name.to_string()),
            _ => None,
        });
        name.unwrap_or_default()
    }

    fn tariff(&self, tariff: TariffId) -> Option<TariffSaid> {
        let (at, set) = self.terms.iter().find_map(|recorded| match &recorded.event {
            Event::FeeItem(FeeItemEvent::TariffSet(set)) if set.tariff == tariff => Some((recorded, set.clone())),
            _ => None,
        })?;
        let TariffSet { tariff, from, price, cycle_months, basis, timing, due, round_to, approved, seen: _ } = set;
        let (cycle_months, written) = (cycle_months.0, written(at));
        Some(TariffSaid { tariff, from, price, cycle_months, basis, timing, due, round_to, approved, written })
    }

    /// The unit's own price as it was known when the days were first billed: what is charged anew keeps its terms.
    fn own_price(&self, at: &Recorded, posted: &ChargePosted) -> Option<OwnPrice> {
        let (at, posted) = first_posting(self.account, at, posted);
        let mut prices: Dated<(&Recorded, &UnitPriceSet)> = Dated::default();
        for recorded in self.terms.iter().filter(|recorded| recorded.position < at.position) {
            if let Event::Unit(UnitEvent::UnitPriceSet(set)) = &recorded.event
                && set.fee_item == posted.booking.fee_item
            {
                prices.set(set.from, (recorded, set));
            }
        }
        let (recorded, set) = prices.on(posted.share.as_ref()?.line.from())?;
        Some(OwnPrice {
            from: set.from,
            price: set.price.clone()?,
            reason: set.reason.clone(),
            approved: set.approved.clone(),
            written: written(recorded),
        })
    }

    fn input(&self, input: &Input) -> InputSaid {
        let label = self.label(input.name.as_str());
        InputSaid { name: input.name.clone(), label, value: input.value, since: input.since }
    }

    /// A value's name in words.
    fn label(&self, name: &str) -> String {
        let label = label_of(name).map(str::to_owned);
        let label = label.or_else(|| self.community.attribute(name).map(ToString::to_string));
        label.unwrap_or_else(|| name.to_owned())
    }

    /// What became of it, and how it stands.
    fn became(&self, explanation: &mut Explanation) {
        let charge = explanation.charge;
        let now = folded(self.account, u64::MAX);
        if let Some(state) = now.charge(charge) {
            (explanation.owed, explanation.paid, explanation.open) = (state.owed, state.paid, state.open());
        }
        for (at, event) in facts(self.account) {
            explanation.happened.extend(happened(at, event, charge));
            match event {
                AccountEvent::ChargePaid(e) if e.charge == charge => explanation.payments.push(Paid {
                    event_type: event.event_type(),
                    allocation: e.allocation,
                    lot: e.lot,
                    payment: now.lot(e.lot).and_then(|lot| lot.payment()),
                    part: e.part,
                    amount: e.amount,
                    holder: e.holder,
                    mode: e.mode,
                    value_on: e.value_on,
                    effective_on: at.effective_on,
                }),
                AccountEvent::ChargePaymentUndone(e) if e.charge == charge => explanation.payments.push(Paid {
                    event_type: event.event_type(),
                    allocation: e.allocation,
                    lot: e.lot,
                    payment: now.lot(e.lot).and_then(|lot| lot.payment()),
                    part: e.part,
                    amount: e.amount,
                    holder: e.holder,
                    mode: e.mode,
                    value_on: e.value_on,
                    effective_on: at.effective_on,
                }),
                AccountEvent::ChargeReversed(e) if e.charge == charge => {
                    let followers = followed(self.account, at.command_id).into_iter();
                    let mine = followers.filter(|(old, _)| old.charge == charge).map(|(_, new)| new);
                    explanation.replaced_by.extend(mine);
                }
                _ => {}
            }
        }
    }
}

fn written(at: &Recorded) -> Written {
    Written { position: at.position, at: instant_text(at.recorded_at), by: at.actor }
}

/// A fact that changed what is owed of a charge, or charged more for it.
fn happened(at: &Recorded, event: &AccountEvent, charge: ChargeId) -> Option<Happened> {
    let (of, amount, reason, approved) = match event {
        AccountEvent::ChargeReduced(e) => (e.charge, e.amount, e.reason.to_string(), Some(&e.approved)),
        AccountEvent::ChargeWaived(e) => (e.charge, e.amount, e.reason.to_string(), Some(&e.approved)),
        AccountEvent::LateFeeWaived(e) => (e.charge, e.amount, e.reason.to_string(), Some(&e.approved)),
        AccountEvent::LateFeeAdjudged(e) => (e.charge, e.amount, String::new(), Some(&e.approved)),
        AccountEvent::LateFeeAwardLifted(e) => (e.charge, e.amount, String::new(), None),
        AccountEvent::ChargeReversed(e) => (e.charge, e.amount, e.reason.to_string(), Some(&e.approved)),
        AccountEvent::ChargeWrittenOff(e) => (e.charge, e.amount, e.reason.to_string(), Some(&e.approved)),
        AccountEvent::ChargeRecovered(e) => (e.charge, e.amount, e.reason.to_string(), None),
        AccountEvent::OpeningChargeReversed(e) => (e.charge, e.amount, String::new(), None),
        AccountEvent::ChargePosted(e) => match e.source {
            Some(Source::Correction { charge }) => (charge, e.amount, String::new(), None),
            _ => return None,
        },
        _ => return None,
    };
    let correction = match event {
        AccountEvent::ChargePosted(e) => Some(e.charge),
        AccountEvent::LateFeeAdjudged(e) => Some(e.award),
        _ => None,
    };
    (of == charge).then(|| Happened {
        event_type: event.event_type(),
        effective_on: at.effective_on,
        amount,
        reason: Some(reason).filter(|reason| !reason.is_empty()),
        charge: correction,
        approved: approved.cloned(),
        written: written(at),
    })
}
