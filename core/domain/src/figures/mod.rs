//! The figures of a community out of its events: per community, building, fee item and fund, for any T and K.
//!
//! A [`Register`] is asked one question and sees a log from its first event on; the rules themselves are in
//! [`crate::rule::figures`]. The API, the auditor's tool and the tests ask the same register. May never happen here: a
//! figure of a whole that is computed from figures of its parts, or an event type passed over in silence.

#[cfg(test)]
pub(crate) mod fixture;
mod late;
mod sealing;
mod seals;
mod source;
mod sums;

pub use sealing::{FIRST_FORM, LATE_FEES_FORM, Sealing, SealingError};
pub use seals::Seals;
pub use sums::{ChargeFlows, ChargeSum, CreditSum, LateFeeSum, MoneySum, of_sums, with_late_fees};

use self::late::LateFees;
use crate::account::{Mode, lot_fund};
use crate::book::Fund;
use crate::calendar::{CivilDate, Instant};
use crate::envelope::Recorded;
use crate::id::{AccountId, ChargeId, FeeItemId, PartyId};
use crate::money::Money;
use crate::rule::figures::{Change, Fact, FactKind, Figures, FiguresError, Purpose, Query, Rows, Tally, Way, tally};
use crate::stream::Event;
use crate::value::Label;
use crate::wire::words;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

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

/// What the rows are, and whose principal they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// What the rows are.
    pub by: By,
    /// The principal asked about, for communities and buildings; fee items and funds have their own.
    pub fund: Fund,
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
    /// Open late fees 违约金 at T; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_fees: Option<Money>,
}

/// Where an account's unit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Its place among the buildings.
    building: usize,
    is_household: bool,
}

/// Whose credit: of which account, and of which fund.
pub type Holder = (Option<AccountId>, Option<PartyId>, Option<Fund>);
type FactOf = Fact<ChargeId, AccountId, Holder>;

/// What a fact is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Of {
    account: Option<AccountId>,
    fee_item: Option<FeeItemId>,
    fund: Option<Fund>,
}

/// A fact and what it is of.
#[derive(Debug, Clone, Copy)]
struct Entry {
    of: Of,
    fact: FactOf,
}

/// Which row of a cut; buildings by their place, the empty one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    cut: usize,
    building: Option<usize>,
    fee_item: Option<FeeItemId>,
    fund: Fund,
}

/// The answer to one question in several cuts, while the log is seen event by event.
///
/// Memory grows with charges, accounts and rows, not with the events seen.
#[derive(Debug, Clone)]
pub struct Register {
    query: Query,
    cuts: Vec<Cut>,
    tally: Tally<ChargeId, AccountId, Holder>,
    rows: HashMap<Key, u32>,
    /// The last position seen.
    position: u64,
    recorded_at: Option<Instant>,
    opened_on: Option<CivilDate>,
    began_on: Option<CivilDate>,
    /// The facts of the event at hand.
    entries: Vec<Entry>,
    buildings: Vec<String>,
    places: HashMap<AccountId, Place>,
    charges: HashMap<ChargeId, Of>,
    fee_items: HashMap<FeeItemId, Label>,
    /// Kept when late fees are asked for.
    late: Option<LateFees>,
}

impl Register {
    /// Nothing seen yet; as many cuts as there are ways to cut, at most.
    ///
    /// # Errors
    /// [`FiguresError`] for a question that makes no sense.
    pub fn new(query: Query, cuts: Vec<Cut>) -> Result<Self, FiguresError> {
        let mut register = Self {
            query,
            cuts,
            tally: tally(query)?,
            rows: HashMap::new(),
            position: 0,
            recorded_at: None,
            opened_on: None,
            began_on: None,
            entries: Vec::new(),
            // Units in no building stand in the first.
            buildings: vec![String::new()],
            places: HashMap::new(),
            charges: HashMap::new(),
            fee_items: HashMap::new(),
            late: None,
        };
        // A whole community always has its row.
        for (cut, of) in register.cuts.clone().into_iter().enumerate() {
            if of.by == By::Community {
                register.row(Key { cut, building: None, fee_item: None, fund: of.fund });
            }
        }
        Ok(register)
    }

    /// The same with the open late fees of each row; asked for before anything is seen.
    #[must_use]
    pub fn with_late_fees(self) -> Self {
        Self { late: Some(LateFees::default()), ..self }
    }

    /// Takes in the next event of the log; says whether it counts in the answer.
    ///
    /// # Errors
    /// [`FiguresError`] for a log that no rule could have written.
    pub fn see(&mut self, event: &Recorded) -> Result<bool, FiguresError> {
        self.position = event.position;
        self.recorded_at = Some(event.recorded_at);
        self.entries.clear();
        self.take(event);
        let on = event.effective_on;
        if let Some(late) = self.late.as_mut().filter(|_| on <= self.query.effective_on) {
            late.see(event);
        }
        // A given clock opens its ledger long before anything happens; units and tariffs reach back further than money.
        if matches!(event.event, Event::Ledger(_)) {
            self.opened_on.get_or_insert(on);
        } else if self.began_on.is_none() || !self.entries.is_empty() {
            self.began_on = Some(self.began_on.map_or(on, |first| first.min(on)));
        }
        let entries = std::mem::take(&mut self.entries);
        let mut counts = false;
        for entry in &entries {
            counts |= self.count(entry)?;
        }
        self.entries = entries;
        // From one holder to another: no figure is another one after it.
        Ok(counts && event.event.event_type() != "credit_moved")
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

    /// The figures as of what was seen, cut by cut, in the order of their keys.
    ///
    /// # Errors
    /// [`FiguresError::AmountOutOfRange`] for late fees beyond all bounds.
    pub fn answer(&self) -> Result<Vec<Vec<Row>>, FiguresError> {
        let late = self.late_fees()?;
        let is_household = |account| self.places.get(&account).is_some_and(|place| place.is_household);
        let figures = self.tally.figures(is_household);
        let mut cuts: Vec<BTreeMap<RowKey, (Figures, Option<Money>)>> = vec![BTreeMap::new(); self.cuts.len()];
        for (key, row) in &self.rows {
            let figures = usize::try_from(*row).ok().and_then(|row| figures.get(row));
            if let (Some(cut), Some(figures)) = (cuts.get_mut(key.cut), figures) {
                let late = late.as_ref().map(|late| late.get(key).copied().unwrap_or_default());
                cut.insert(self.row_key(*key), (figures.clone(), late));
            }
        }
        let rows = |cut: BTreeMap<RowKey, (Figures, Option<Money>)>| {
            cut.into_iter().map(|(key, (figures, late_fees))| Row { key, figures, late_fees }).collect()
        };
        Ok(cuts.into_iter().map(rows).collect())
    }

    /// Open late fees by row, on charges of the row's fund.
    fn late_fees(&self) -> Result<Option<HashMap<Key, Money>>, FiguresError> {
        let Some(late) = &self.late else { return Ok(None) };
        let mut rows: HashMap<Key, Money> = HashMap::new();
        for (account, fee_item, fund, open) in late.open(self.query.effective_on)? {
            let of = Of { account: Some(account), fee_item: Some(fee_item), fund: Some(fund) };
            for key in (0..self.cuts.len()).filter_map(|cut| self.key(cut, of)).filter(|key| key.fund == fund) {
                let sum = rows.entry(key).or_default();
                *sum = sum.fold(open);
            }
        }
        Ok(Some(rows))
    }

    fn row_key(&self, key: Key) -> RowKey {
        let building = key.building.map(|at| self.buildings.get(at).cloned().unwrap_or_default());
        RowKey { building, fee_item: key.fee_item, fund: key.fund }
    }

    fn row(&mut self, key: Key) -> u32 {
        let tally = &mut self.tally;
        *self.rows.entry(key).or_insert_with(|| tally.add_row())
    }

    /// What has something in the answer has its rows, also when that is nothing any more.
    fn has(&mut self, of: Of) {
        for cut in 0..self.cuts.len() {
            if let Some(key) = self.key(cut, of) {
                self.row(key);
            }
        }
    }

    /// Counts an entry in the rows it belongs to, one of each cut.
    fn count(&mut self, entry: &Entry) -> Result<bool, FiguresError> {
        // What counts later has no row yet.
        if entry.fact.effective_on > self.query.effective_on {
            return Ok(false);
        }
        let (mut own, mut counts) = (Rows::default(), false);
        for cut in 0..self.cuts.len() {
            let Some(key) = self.key(cut, entry.of) else { continue };
            let row = self.row(key);
            let [as_it_is, otherwise, came_in] = meaning(entry, &key);
            if as_it_is.is_some() {
                own.add(row);
            }
            for kind in [otherwise, came_in].into_iter().flatten() {
                counts = true;
                self.tally.take(Rows::one(row), &Fact { kind, ..entry.fact })?;
            }
        }
        if !own.is_empty() {
            self.tally.take(own, &entry.fact)?;
        }
        Ok(counts || !own.is_empty())
    }

    /// The row of an entry; suspense is of no building, credit of no fee item.
    fn key(&self, cut: usize, of: Of) -> Option<Key> {
        let Cut { by, fund } = *self.cuts.get(cut)?;
        let key = Key { cut, building: None, fee_item: None, fund };
        Some(match by {
            By::Community => key,
            By::Building => {
                let place = self.places.get(&of.account?);
                Key { building: Some(place.map(|place| place.building).unwrap_or_default()), ..key }
            }
            By::FeeItem => Key { fee_item: Some(of.fee_item?), fund: of.fund?, ..key },
            By::Fund => Key { fund: of.fund?, ..key },
        })
    }
}

/// What an entry says in its row: itself; or that principal of another fund is what else money was for, while credit that
/// cannot pay the row's fund is nobody's there; and what came in.
fn meaning(entry: &Entry, key: &Key) -> [Option<KindOf>; 3] {
    let kind = entry.fact.kind;
    let own = entry.of.fund == Some(key.fund);
    let as_it_is = match kind {
        FactKind::Charged { .. }
        | FactKind::Booked { .. }
        | FactKind::Interrupted { .. }
        | FactKind::Changed { .. } => own,
        FactKind::Credit(..) | FactKind::CreditBooked(..) => entry.of.fund == Some(lot_fund(key.fund)),
        FactKind::Suspense(_) | FactKind::Identified(_) | FactKind::RefundSettled | FactKind::Spent(..) => true,
    };
    let otherwise = match kind {
        FactKind::Changed { change, .. } if !own => {
            entry.of.fund.zip(direct(change)).map(|(fund, way)| FactKind::Spent(Purpose::OtherFund(fund), way))
        }
        _ => None,
    };
    // No money is identified for a fee item: what was spent on it is what came in for it.
    let came_in = match otherwise.or(as_it_is.then_some(kind)) {
        Some(FactKind::Changed { change, .. }) if key.fee_item.is_some() => direct(change).map(FactKind::Identified),
        Some(FactKind::Spent(_, way)) if key.fee_item.is_some() => Some(FactKind::Identified(way)),
        _ => None,
    };
    [as_it_is.then_some(kind), otherwise, came_in]
}

/// What happened, by ids.
pub type KindOf = FactKind<ChargeId, AccountId, Holder>;

/// One thing that an event says to the figures.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// Of which account.
    pub account: Option<AccountId>,
    /// Of which fee item.
    pub fee_item: Option<FeeItemId>,
    /// Of which fund.
    pub fund: Option<Fund>,
    /// How much.
    pub amount: Money,
    /// What.
    pub kind: KindOf,
}

/// Everything that an event says to the figures by itself; an interrupted limitation says of which charge alone.
pub fn said(event: &Recorded) -> Vec<Said> {
    let (mut entries, mut charges) = (Vec::new(), HashMap::new());
    source::entries(event, &mut entries, &mut charges);
    let said = |Entry { of, fact }: Entry| Said {
        account: of.account,
        fee_item: of.fee_item,
        fund: of.fund,
        amount: fact.amount,
        kind: fact.kind,
    };
    entries.into_iter().map(said).collect()
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
