//! The figures of a community out of its events: per community, building, fee item and fund, for any T and K.
//!
//! [`Register`] sees a log from its first event on and keeps what the figures need; the rules themselves are in
//! [`crate::rule::figures`]. The API, the auditor's tool and the tests ask the same register. May never happen here: a
//! figure of a whole that is computed from figures of its parts, or an event type passed over in silence.

#[cfg(test)]
pub(crate) mod fixture;
mod source;

use crate::account::{Mode, lot_fund};
use crate::book::Fund;
use crate::calendar::{CivilDate, Instant};
use crate::envelope::Recorded;
use crate::id::{AccountId, ChargeId, FeeItemId};
use crate::rule::figures::{Change, Fact, FactKind, Figures, FiguresError, Purpose, Query, Way, compute};
use crate::stream::Event;
use crate::value::Label;
use crate::wire::words;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

words! {
    /// What the rows of an answer are.
    pub enum By {
        /// One row: everything.
        Community = "community",
        /// 楼栋
        Building = "building",
        /// 收费项目
        FeeItem = "fee_item",
        /// 款项性质
        Fund = "fund",
    }
}

/// A question to the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// P and T.
    pub query: Query,
    /// K as a position: what stands after it does not count.
    pub known: u64,
    /// The principal asked about, for communities and buildings; fee items and funds have their own.
    pub fund: Fund,
    /// What the rows are.
    pub by: By,
}

/// What a row is of; in the order of the answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowKey {
    /// The building; empty for units in none, absent unless asked by building.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// The fee item, when asked by fee item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_item: Option<FeeItemId>,
    /// The fund whose principal it is about.
    pub fund: Fund,
}

/// A row of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is of.
    #[serde(flatten)]
    pub key: RowKey,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Where an account's unit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    building: String,
    is_household: bool,
}

/// What a fact is of.
#[derive(Debug, Clone, Copy, Default)]
struct Of {
    account: Option<AccountId>,
    fee_item: Option<FeeItemId>,
    fund: Option<Fund>,
}

/// A fact, where it came from and what it is of.
#[derive(Debug, Clone, Copy)]
struct Entry {
    position: u64,
    of: Of,
    fact: Fact<ChargeId, AccountId>,
}

/// What the figures need of a log, seen event by event.
#[derive(Debug, Default)]
pub struct Register {
    /// The last position seen.
    position: u64,
    recorded_at: Option<Instant>,
    opened_on: Option<CivilDate>,
    began_on: Option<CivilDate>,
    entries: Vec<Entry>,
    places: HashMap<AccountId, Place>,
    charges: HashMap<ChargeId, Of>,
    fee_items: HashMap<FeeItemId, Label>,
}

impl Register {
    /// Takes in the next event of the log.
    pub fn see(&mut self, event: &Recorded) {
        self.position = event.position;
        self.recorded_at = Some(event.recorded_at);
        let before = self.entries.len();
        self.take(event);
        let on = event.effective_on;
        // A given clock opens its ledger long before anything happens; units and tariffs reach back further than money.
        if matches!(event.event, Event::Ledger(_)) {
            self.opened_on.get_or_insert(on);
        } else if self.began_on.is_none() || self.entries.len() > before {
            self.began_on = Some(self.began_on.map_or(on, |first| first.min(on)));
        }
    }

    /// The last position seen.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// When the last event was recorded.
    pub fn recorded_at(&self) -> Option<Instant> {
        self.recorded_at
    }

    /// The accounting date of the first fact, or of the earliest money; of the opening while there is nothing else.
    pub fn began_on(&self) -> Option<CivilDate> {
        self.began_on.or(self.opened_on)
    }

    /// The name of a fee item on bills.
    pub fn fee_item(&self, id: FeeItemId) -> Option<&Label> {
        self.fee_items.get(&id)
    }

    /// The figures that are asked for, in the order of their keys; a whole community always has its row.
    ///
    /// # Errors
    /// [`FiguresError`] for a question that makes no sense.
    pub fn figures(&self, ask: Ask) -> Result<Vec<Row>, FiguresError> {
        let mut groups: BTreeMap<RowKey, Vec<Fact<ChargeId, AccountId>>> = BTreeMap::new();
        if ask.by == By::Community {
            groups.insert(RowKey { building: None, fee_item: None, fund: ask.fund }, Vec::new());
        }
        for (key, entry) in self.asked(ask) {
            groups.entry(key.clone()).or_default().extend(facts_of(entry, &key));
        }
        let is_household = |account| self.places.get(&account).is_some_and(|place| place.is_household);
        let row = |(key, facts): (RowKey, Vec<_>)| Ok(Row { figures: compute(&facts, ask.query, is_household)?, key });
        groups.into_iter().map(row).collect()
    }

    /// The positions after one moment whose events count in the figures that are asked for: what makes them differ.
    pub fn causes(&self, ask: Ask, known_before: u64) -> BTreeSet<u64> {
        let counts =
            |entry: &&Entry| entry.position > known_before && entry.fact.effective_on <= ask.query.effective_on;
        self.asked(ask)
            .filter(|(_, entry)| counts(entry))
            .filter(|(key, entry)| facts_of(entry, key).next().is_some())
            .map(|(_, entry)| entry.position)
            .collect()
    }

    /// The entries known at K that belong to a row, each with its row.
    fn asked(&self, ask: Ask) -> impl Iterator<Item = (RowKey, &Entry)> {
        let known = self.entries.iter().filter(move |entry| entry.position <= ask.known);
        known.filter_map(move |entry| Some((self.key(entry, ask)?, entry)))
    }

    /// The row of an entry; suspense is of no building, credit of no fee item.
    fn key(&self, entry: &Entry, ask: Ask) -> Option<RowKey> {
        let key = RowKey { building: None, fee_item: None, fund: ask.fund };
        Some(match ask.by {
            By::Community => key,
            By::Building => {
                let place = self.places.get(&entry.of.account?);
                RowKey { building: Some(place.map(|place| place.building.clone()).unwrap_or_default()), ..key }
            }
            By::FeeItem => RowKey { fee_item: Some(entry.of.fee_item?), fund: entry.of.fund?, ..key },
            By::Fund => RowKey { fund: entry.of.fund?, ..key },
        })
    }
}

/// What an entry says in its row: principal of another fund is what else money was for, credit that cannot pay the row's
/// fund is nobody's here.
fn facts_of(entry: &Entry, key: &RowKey) -> impl Iterator<Item = Fact<ChargeId, AccountId>> + use<> {
    let Fact { effective_on, amount, kind } = entry.fact;
    let own = entry.of.fund == Some(key.fund);
    let kind = match kind {
        FactKind::Charged { .. } | FactKind::Booked { .. } | FactKind::Interrupted { .. } => own.then_some(kind),
        FactKind::Changed { change, .. } if !own => {
            entry.of.fund.zip(direct(change)).map(|(fund, way)| FactKind::Spent(Purpose::OtherFund(fund), way))
        }
        FactKind::Credit(_) | FactKind::CreditBooked(_) => (entry.of.fund == Some(lot_fund(key.fund))).then_some(kind),
        FactKind::Changed { .. }
        | FactKind::Suspense(_)
        | FactKind::Identified(_)
        | FactKind::RefundSettled
        | FactKind::Spent(..) => Some(kind),
    };
    // No money is identified for a fee item: what was spent on it is what came in for it.
    let came_in = match kind {
        Some(FactKind::Changed { change, .. }) if key.fee_item.is_some() => direct(change).map(FactKind::Identified),
        Some(FactKind::Spent(_, way)) if key.fee_item.is_some() => Some(FactKind::Identified(way)),
        _ => None,
    };
    [kind, came_in].into_iter().flatten().map(move |kind| Fact { effective_on, amount, kind })
}

/// Whether a change is money that was just received, and which way.
fn direct(change: Change) -> Option<Way> {
    match change {
        Change::Allocated(Mode::Direct) => Some(Way::Adds),
        Change::AllocationUndone(Mode::Direct) | Change::AllocationRefunded(Mode::Direct) => Some(Way::Takes),
        Change::Allocated(Mode::DrawDown)
        | Change::AllocationUndone(Mode::DrawDown)
        | Change::AllocationRefunded(Mode::DrawDown)
        | Change::Waived
        | Change::WaiverUndone
        | Change::Reduced
        | Change::Reversed
        | Change::WrittenOff
        | Change::Recovered => None,
    }
}

#[cfg(test)]
mod tests;
