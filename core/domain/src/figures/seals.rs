//! What any number of seals say, out of one walk over the log: each as of its own position and the last day of its month.
//!
//! What was said is kept by charge and by month, and each seal is answered by the register that answers everything else. A
//! charge that was settled before the month of a seal changes nothing in it, so that a seal costs what is open and what its
//! month moved. Memory grows with charges and accounts, with neither the seals nor the months. May never happen here: another
//! answer than [`Sealing`] gives for the same month and position.

use super::late::LateFeesOver;
use super::sealing::{FIRST_FORM, LATE_FEES_FORM, Sealing, SealingError, Totals, form_after};
use super::{Entry, KindOf, Of, Register};
use crate::books::PeriodSealed;
use crate::calendar::{CivilDate, Month};
use crate::envelope::Recorded;
use crate::id::ChargeId;
use crate::money::Money;
use crate::rule::figures::{FactKind, FiguresError, Query};
use crate::value::{Count, Digest};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// Sees a log from its first event on; it was told which seals to compute.
#[derive(Debug)]
pub struct Seals {
    /// In the order of their sizes.
    asked: VecDeque<Asked>,
    needs: Count,
    totals: BTreeMap<Month, Totals>,
    /// Places and names so far, and what the event at hand says; it counts nothing.
    source: Register,
    charges: HashMap<ChargeId, ChargeSaid>,
    /// What is said of no charge, each thing once for a month.
    others: HashMap<(Of, Month, KindOf), Entry>,
    /// Why figures cannot be computed since a month.
    faults: BTreeMap<Month, FiguresError>,
    /// Kept when one of the seals has late fees.
    late: Option<LateFeesOver>,
}

/// A seal to compute.
#[derive(Debug, Clone, Copy)]
struct Asked {
    size: u64,
    period: Month,
    version: Count,
    form: Count,
    /// The first month that is asked about from here on.
    first: Month,
}

/// What is said of a charge, each thing once for a month.
#[derive(Debug)]
struct ChargeSaid {
    period: Month,
    said: Vec<Entry>,
}

impl Seals {
    /// Nothing seen yet; these are to be computed again, in the order of their sizes.
    ///
    /// # Errors
    /// [`SealingError`].
    pub fn new<'a>(seals: impl IntoIterator<Item = &'a PeriodSealed>) -> Result<Self, SealingError> {
        let asked = |sealed: &PeriodSealed| Asked {
            size: sealed.size.0,
            period: sealed.period,
            version: sealed.version,
            form: sealed.figures_form,
            first: sealed.period,
        };
        // None ends before the first event.
        let mut asked: Vec<Asked> = seals.into_iter().filter(|sealed| sealed.size.0 > 0).map(asked).collect();
        asked.sort_by_key(|asked| asked.size);
        let mut first = None;
        for one in asked.iter_mut().rev() {
            one.first = first.map_or(one.period, |first: Month| first.min(one.period));
            first = Some(one.first);
        }
        let late = asked.iter().any(|asked| asked.form == LATE_FEES_FORM).then(LateFeesOver::default);
        let query = Query::of_month(first.unwrap_or(CivilDate::MIN.month()));
        Ok(Self {
            asked: asked.into(),
            needs: FIRST_FORM,
            totals: BTreeMap::new(),
            source: Register::new(query, Vec::new())?,
            charges: HashMap::new(),
            others: HashMap::new(),
            faults: BTreeMap::new(),
            late,
        })
    }

    /// Takes in the next event, and says what the seals over exactly the events so far say, in the order they were asked for.
    pub fn see(&mut self, event: &Recorded, root: impl Fn() -> Digest) -> Vec<Result<PeriodSealed, SealingError>> {
        let Some(first) = self.asked.front().map(|asked| asked.first) else { return Vec::new() };
        self.source.position = event.position;
        self.source.take(event);
        self.needs = form_after(self.needs, event);
        let month = event.effective_on.month();
        if event.postings.is_some() {
            self.totals.entry(month).or_default().take(event);
        }
        if let Some(late) = &mut self.late {
            late.see(event, first.last_day());
        }
        for entry in std::mem::take(&mut self.source.entries) {
            self.take(entry, month);
        }
        let mut said = Vec::new();
        while let Some(asked) = self.asked.pop_front_if(|asked| asked.size <= event.position) {
            said.push(self.seal(asked, root()));
        }
        if let Some(next) = self.asked.front().map(|asked| asked.first).filter(|next| first < *next) {
            self.settle(next);
        }
        said
    }

    fn take(&mut self, entry: Entry, month: Month) {
        if entry.fact.amount.is_negative() {
            self.faults.entry(month).or_insert(FiguresError::AmountNegative);
        }
        let charge = match entry.fact.kind {
            FactKind::Charged { charge, period, .. } => {
                let posted = ChargeSaid { period, said: vec![entry] };
                if let Some(before) = self.charges.insert(charge, posted) {
                    let before = before.said.first().map(|posted| posted.fact.effective_on.month());
                    self.faults.entry(month.max(before.unwrap_or(month))).or_insert(FiguresError::ChargeDuplicate);
                }
                return;
            }
            FactKind::Changed { charge, .. }
            | FactKind::Booked { charge, .. }
            | FactKind::Interrupted { charge, .. } => self.charges.get_mut(&charge),
            FactKind::Suspense(_)
            | FactKind::Identified(_)
            | FactKind::RefundSettled
            | FactKind::Spent(..)
            | FactKind::Credit(..)
            | FactKind::CreditBooked(..) => None,
        };
        match charge {
            Some(charge) => charge.take(entry, month),
            None => add(self.others.entry((entry.of, month, entry.fact.kind)), entry),
        }
    }

    /// What lies before every month that is still asked about is the same in all of them, whichever month it was.
    fn settle(&mut self, first: Month) {
        if let Some(late) = &mut self.late {
            late.settle(first.last_day());
        }
        let before = first.previous();
        for ((of, month, kind), mut entry) in std::mem::take(&mut self.others) {
            let month = if month < first { before } else { month };
            entry.fact.effective_on = month.last_day();
            add(self.others.entry((of, month, kind)), entry);
        }
    }

    fn seal(&self, asked: Asked, root: Digest) -> Result<PeriodSealed, SealingError> {
        let Asked { period, version, form, .. } = asked;
        let mut sealing = Sealing::new(period, form)?;
        if let Some((_, fault)) = self.faults.range(..=period).next() {
            return Err((*fault).into());
        }
        if form != self.needs {
            return Err(SealingError::Form);
        }
        sealing.needs = self.needs;
        self.totals.range(..=period).for_each(|(_, totals)| sealing.totals.add_all(totals));
        self.feed(&mut sealing.register, period)?;
        sealing.seal(version, root)
    }

    /// Tells a register everything that counts by the end of a month.
    fn feed(&self, register: &mut Register, period: Month) -> Result<(), FiguresError> {
        register.position = self.source.position;
        register.places.clone_from(&self.source.places);
        register.buildings.clone_from(&self.source.buildings);
        let mut settled: HashSet<Of> = HashSet::new();
        for charge in self.charges.values() {
            if charge.is_settled_before(period) {
                settled.extend(charge.said.iter().map(|entry| entry.of));
            } else {
                charge.said.iter().try_for_each(|entry| register.count(entry).map(|_| ()))?;
            }
        }
        settled.into_iter().for_each(|of| register.has(of));
        // Credit first: its holder stands in the rows of the facts.
        let (credit, rest): (Vec<_>, Vec<_>) =
            self.others.values().partition(|entry| matches!(entry.fact.kind, FactKind::Credit(..)));
        credit.into_iter().chain(rest).try_for_each(|entry| register.count(entry).map(|_| ()))?;
        if let (Some(late), Some(_)) = (&self.late, &register.late) {
            register.late = Some(late.as_of(period.last_day()));
        }
        Ok(())
    }
}

impl ChargeSaid {
    fn take(&mut self, entry: Entry, month: Month) {
        let same = |said: &&mut Entry| {
            (said.of, said.fact.kind, said.fact.effective_on.month()) == (entry.of, entry.fact.kind, month)
        };
        match self.said.iter_mut().find(same) {
            Some(said) => said.fact.amount = said.fact.amount.fold(entry.fact.amount),
            None => self.said.push(entry),
        }
    }

    /// Of an earlier period, and nothing of it is open, by the facts and by the books, nor was when the month began.
    fn is_settled_before(&self, month: Month) -> bool {
        let (mut open, mut booked) = (Money::ZERO, Money::ZERO);
        for entry in &self.said {
            let amount = entry.fact.amount;
            match entry.fact.kind {
                FactKind::Charged { .. } => open = open.fold(amount),
                FactKind::Changed { change, .. } => open = open.fold(change.lowers().signed(amount).negated()),
                FactKind::Booked { way, .. } => booked = booked.fold(way.signed(amount)),
                FactKind::Interrupted { .. }
                | FactKind::Suspense(_)
                | FactKind::Identified(_)
                | FactKind::RefundSettled
                | FactKind::Spent(..)
                | FactKind::Credit(..)
                | FactKind::CreditBooked(..) => {}
            }
        }
        let before = |entry: &Entry| entry.fact.effective_on.month() < month;
        self.period < month && open.is_zero() && booked.is_zero() && self.said.iter().all(before)
    }
}

fn add(sum: std::collections::hash_map::Entry<'_, (Of, Month, KindOf), Entry>, entry: Entry) {
    sum.and_modify(|sum| sum.fact.amount = sum.fact.amount.fold(entry.fact.amount)).or_insert(entry);
}
