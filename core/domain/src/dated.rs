//! Values that hold from a day on: the one place where "what held on that day" is answered.
//!
//! A later fact supersedes an earlier one of the same day. Nothing here knows when a value was learned; that is the log's.

use crate::calendar::{CivilDate, DateRange};

/// The values of one attribute in order of their first days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T>(Vec<(CivilDate, T)>);

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Dated<T> {
    /// The value holds from a day on, until the next one's first day.
    pub fn set(&mut self, from: CivilDate, value: T) {
        let at = self.0.partition_point(|(day, _)| *day < from);
        match self.0.get_mut(at) {
            Some(same) if same.0 == from => same.1 = value,
            _ => self.0.insert(at, (from, value)),
        }
    }

    /// The value that holds on a day, with its first day.
    pub fn since(&self, day: CivilDate) -> Option<(CivilDate, &T)> {
        let at = self.0.partition_point(|(from, _)| *from <= day);
        at.checked_sub(1).and_then(|last| self.0.get(last)).map(|(from, value)| (*from, value))
    }

    /// The value that holds on a day.
    pub fn on(&self, day: CivilDate) -> Option<&T> {
        self.since(day).map(|(_, value)| value)
    }

    /// The value with the latest first day.
    pub fn last(&self) -> Option<(CivilDate, &T)> {
        self.0.last().map(|(from, value)| (*from, value))
    }

    /// The first day after a day on which a value begins to hold.
    pub fn next_change(&self, after: CivilDate) -> Option<CivilDate> {
        self.0.get(self.0.partition_point(|(from, _)| *from <= after)).map(|(from, _)| *from)
    }

    /// The days inside a range (its first day left out) on which a value begins to hold.
    pub fn changes_within(&self, range: DateRange) -> impl Iterator<Item = CivilDate> {
        self.0.iter().map(|(from, _)| *from).filter(move |day| range.from() < *day && *day < range.until())
    }

    /// Every value with its first day, in order.
    pub fn iter(&self) -> impl Iterator<Item = (CivilDate, &T)> {
        self.0.iter().map(|(from, value)| (*from, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_latest_value_before_a_day_holds_and_the_same_day_is_superseded() {
        let mut dated = Dated::default();
        dated.set(day("2026-03-01"), "c");
        dated.set(day("2026-01-01"), "a");
        dated.set(day("2026-02-01"), "x");
        dated.set(day("2026-02-01"), "b");
        assert_eq!(dated.on(day("2025-12-31")), None);
        assert_eq!(dated.since(day("2026-01-31")), Some((day("2026-01-01"), &"a")));
        assert_eq!(dated.on(day("2026-02-01")), Some(&"b"));
        assert_eq!(dated.last(), Some((day("2026-03-01"), &"c")));
        assert_eq!(dated.next_change(day("2026-02-01")), Some(day("2026-03-01")));
        assert_eq!(dated.next_change(day("2026-03-01")), None);
        let range = DateRange::new(day("2026-01-01"), day("2026-03-01")).unwrap();
        assert_eq!(dated.changes_within(range).collect::<Vec<_>>(), [day("2026-02-01")]);
        assert_eq!(dated.iter().count(), 3);
    }
}
