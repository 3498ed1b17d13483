//! What rows may point at: the keys of the sheets that were read first, and what became of their rows.

use mingzhang_domain::value::Code;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// What became of the row of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Good,
    Refused,
}

/// The keys of one sheet.
pub(super) struct Keys<K>(HashMap<K, Fate>);

/// What a reference finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A good row.
    Good,
    /// A row that was refused.
    Refused,
    /// Nothing.
    Unknown,
}

impl<K: Eq + Hash> Keys<K> {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    /// True when a row above has the key; the first row of a key keeps it.
    pub(super) fn taken(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    /// Notes the row of a key.
    pub(super) fn note(&mut self, key: K, good: bool) {
        self.0.entry(key).or_insert(if good { Fate::Good } else { Fate::Refused });
    }

    /// What a reference to the key finds.
    pub(super) fn find(&self, key: &K) -> Found {
        match self.0.get(key) {
            Some(Fate::Good) => Found::Good,
            Some(Fate::Refused) => Found::Refused,
            None => Found::Unknown,
        }
    }
}

/// The owners' keys, and the numbers that a blank row inside the sheet seems to have held.
pub(super) struct OwnerKeys {
    /// By number.
    pub(super) keys: Keys<Code>,
    /// `(number above, number below)` around each stretch of blank rows.
    pub(super) gaps: Vec<(u64, u64)>,
}

/// The most gaps that are remembered: a sheet with more is not one that lost a few rows.
pub(super) const MAX_GAPS: usize = 1_000;

impl OwnerKeys {
    /// Was the number's own row emptied? Then the fault is that row's, and the reference only shows it.
    pub(super) fn was_emptied(&self, number: &Code) -> bool {
        let number: Option<u64> = number.as_str().parse().ok();
        number.is_some_and(|number| self.gaps.iter().any(|(above, below)| *above < number && number < *below))
    }
}

/// Everything that units and parking spaces point at.
pub(super) struct Known {
    /// `(building, entrance)`.
    pub(super) entrances: Keys<(Code, Code)>,
    /// Buildings that stand in the file, refused or not.
    pub(super) buildings: HashSet<Code>,
    /// Owner numbers.
    pub(super) owners: OwnerKeys,
    /// Fee item numbers.
    pub(super) fee_items: Keys<Code>,
}
