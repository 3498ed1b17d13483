//! What a bill run would come to over all units: totals per fee item, what is left out and why, the largest changes first.

use super::preview::{Change, UnitPreview};
use crate::id::{FeeItemId, UnitId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::value::Variable;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Units with the largest changes that are kept.
const LARGEST: usize = 50;

/// What a run would do with all units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunPreview {
    units: u32,
    billed: u32,
    charges: u32,
    drawn_down: Money,
    items: BTreeMap<FeeItemId, ItemTotal>,
    skipped: BTreeMap<Skipped, u32>,
    largest: BTreeMap<(Reverse<Money>, UnitId), Change>,
}

/// One fee item over all units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemTotal {
    /// Units that would be charged for it.
    pub units: u32,
    /// Month charges.
    pub charges: u32,
    /// What they come to.
    pub change: Change,
}

/// What is left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The item; none when the whole unit is refused.
    pub fee_item: Option<FeeItemId>,
    /// The reason's code, or that of the rule which refuses the unit.
    pub reason: &'static str,
    /// The value that is not known, if that is the reason.
    pub missing: Option<Variable>,
}

/// A unit and how its charges change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitChange {
    /// The unit.
    pub unit: UnitId,
    /// How.
    pub change: Change,
}

impl RunPreview {
    /// Counts a unit.
    pub fn add(&mut self, unit: UnitId, preview: &Result<UnitPreview, Refusal>) {
        self.units = self.units.saturating_add(1);
        match preview {
            Ok(preview) => self.add_unit(unit, preview),
            Err(refusal) => self.skip(Skipped { fee_item: None, reason: refusal.code, missing: None }),
        }
    }

    fn add_unit(&mut self, unit: UnitId, preview: &UnitPreview) {
        self.billed = self.billed.saturating_add(u32::from(!preview.charges.is_empty()));
        self.charges = self.charges.saturating_add(count(preview.charges.len()));
        self.drawn_down = self.drawn_down.fold(preview.drawn_down);
        for item in &preview.items {
            let charges = preview.charges.iter().filter(|charge| charge.booking.fee_item == item.fee_item).count();
            let none = ItemTotal { units: 0, charges: 0, change: Change::NONE };
            let total = self.items.entry(item.fee_item).or_insert(none);
            total.units = total.units.saturating_add(u32::from(charges > 0));
            total.charges = total.charges.saturating_add(count(charges));
            total.change = total.change.fold(item.change);
        }
        for skip in &preview.skips {
            let (reason, missing) = (skip.reason.as_str(), skip.missing.clone());
            self.skip(Skipped { fee_item: Some(skip.fee_item), reason, missing });
        }
        let change = preview.change();
        let difference = change.difference();
        if !difference.is_zero() {
            let size = if difference.is_negative() { difference.negated() } else { difference };
            self.largest.insert((Reverse(size), unit), change);
            if self.largest.len() > LARGEST {
                self.largest.pop_last();
            }
        }
    }

    fn skip(&mut self, skipped: Skipped) {
        let count = self.skipped.entry(skipped).or_default();
        *count = count.saturating_add(1);
    }

    /// Units counted.
    pub fn units(&self) -> u32 {
        self.units
    }

    /// Units that would be charged for something.
    pub fn billed(&self) -> u32 {
        self.billed
    }

    /// Month charges that would be posted.
    pub fn charges(&self) -> u32 {
        self.charges
    }

    /// Free credit that would be drawn down at once.
    pub fn drawn_down(&self) -> Money {
        self.drawn_down
    }

    /// What all items come to.
    pub fn change(&self) -> Change {
        self.items.values().fold(Change::NONE, |sum, item| sum.fold(item.change))
    }

    /// Each fee item, by id.
    pub fn items(&self) -> impl Iterator<Item = (FeeItemId, &ItemTotal)> {
        self.items.iter().map(|(fee_item, total)| (*fee_item, total))
    }

    /// How often an item is left out, or a unit refused, for each reason.
    pub fn skipped(&self) -> impl Iterator<Item = (&Skipped, u32)> {
        self.skipped.iter().map(|(skipped, count)| (skipped, *count))
    }

    /// The units whose charges change most, the largest change first.
    pub fn largest(&self) -> impl Iterator<Item = UnitChange> {
        self.largest.iter().map(|((_, unit), change)| UnitChange { unit: *unit, change: *change })
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
