//! What the demo tells: which communities, which months, and who pays how. The same words give the same story.

use mingzhang_domain::calendar::{CivilDate, Month};
use sha2::{Digest as _, Sha256};

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Residences of the two communities; one parking space for four comes on top.
    pub residences: [u32; 2],
    /// Months that are billed; the last one is the month before today's.
    pub months: u32,
}

/// A community to found.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommunityPlan {
    /// Short code, part of receipt numbers.
    pub(super) code: &'static str,
    /// Name.
    pub(super) name: &'static str,
    /// Seed of its roster.
    pub(super) seed: u64,
    /// Residences; one parking space for four comes on top.
    pub(super) residences: u32,
    /// The day of the first billed month on which it goes live; after the first with what its old books say.
    pub(super) live_day: u32,
}

impl CommunityPlan {
    /// The day on which it goes live.
    pub(super) fn go_live_on(self, first_month: Month) -> CivilDate {
        first_month.first_day().plus_days(self.live_day.saturating_sub(1))
    }

    /// Whether it comes from old books, in the middle of a month.
    pub(super) fn has_old_books(self) -> bool {
        self.live_day > 1
    }
}

impl Scale {
    /// About 1,300 units.
    pub const FULL: Self = Self { residences: [960, 80], months: 24 };
    /// About 75 units, for the smoke test.
    pub const SMALL: Self = Self { residences: [36, 24], months: 24 };

    /// The communities of the company.
    pub(super) fn communities(self) -> [CommunityPlan; 2] {
        let [first, second] = self.residences;
        [
            CommunityPlan { code: "QSHY", name: "清水花园", seed: 20_241, residences: first, live_day: 1 },
            CommunityPlan { code: "YLXY", name: "云岭小院", seed: 20_242, residences: second, live_day: 16 },
        ]
    }

    /// The first billed month, as seen from today.
    pub(super) fn first_month(self, today: CivilDate) -> Month {
        (0..self.months).fold(today.month(), |month, _| month.previous())
    }

    /// The billed months from the first one on.
    pub(super) fn months_from(self, first: Month) -> Vec<Month> {
        let months = std::iter::successors(Some(first), |month| Some(month.next()));
        months.take(usize::try_from(self.months).unwrap_or(0)).collect()
    }
}

/// How a payer behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Pays what is open, every month.
    Prompt,
    /// Pays everything every third month.
    Quarterly,
    /// Pays ten times what is open; the next months are drawn down from the credit.
    Prepaying,
    /// Pays six tenths.
    Partial,
    /// Transfers without saying what for; claimed at the month's end.
    Anonymous,
    /// The counter enters a card payment twice now and then; the second is reversed.
    EnteredTwice,
    /// Transfers twice as much once a year; the rest is refunded.
    Overpaying,
    /// Pays nothing.
    Never,
}

impl Habit {
    /// Every habit, in the order in which the first payers show them.
    pub(super) const ALL: [Self; 8] = [
        Self::Prompt,
        Self::Prepaying,
        Self::Quarterly,
        Self::Partial,
        Self::Anonymous,
        Self::EnteredTwice,
        Self::Overpaying,
        Self::Never,
    ];

    /// The habit of the n-th payer: the first ones show every habit, the rest follow the dice.
    pub(super) fn of(index: usize, key: &str) -> Self {
        if let Some(habit) = Self::ALL.get(index) {
            return *habit;
        }
        match dice(1_000, &["habit", key]) {
            0..740 => Self::Prompt,
            740..860 => Self::Quarterly,
            860..910 => Self::Prepaying,
            910..950 => Self::Partial,
            950..955 => Self::Anonymous,
            955..960 => Self::EnteredTwice,
            960..970 => Self::Overpaying,
            _ => Self::Never,
        }
    }
}

/// By which means a payment comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// At the counter, in a shift.
    Cash,
    /// By transfer.
    Bank,
    /// By card at the counter.
    Pos,
}

impl Means {
    /// What a payer uses in a month, and the day of the month: cash only on the days the counter is open.
    pub(super) fn of(key: &str, month: Month, late: bool) -> (Self, u32) {
        let day = if late { 21 + dice(6, &["day", key]) } else { 2 + dice(18, &["day", key, &month.to_string()]) };
        match dice(10, &["means", key]) {
            0..3 => {
                let counter = if late { 24 } else { *[8, 16].get(usize::from(day > 10)).unwrap_or(&8) };
                (Self::Cash, counter)
            }
            3..7 => (Self::Bank, small(day)),
            _ => (Self::Pos, small(day)),
        }
    }
}

fn small(day: u64) -> u32 {
    u32::try_from(day).unwrap_or(1)
}

/// A number from 0 to below the limit that depends on the words only.
pub(super) fn dice(limit: u64, words: &[&str]) -> u64 {
    let hash = Sha256::digest(words.join("\n"));
    let mixed = hash.iter().take(7).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    mixed.checked_rem(limit).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_month_is_over() {
        let first = Scale::SMALL.first_month("2026-11-22".parse().unwrap());
        assert_eq!(first, "2024-11".parse().unwrap());
        assert_eq!(Scale::SMALL.months_from(first).last(), Some(&"2026-10".parse().unwrap()));
    }

    #[test]
    fn every_habit_is_shown() {
        for habit in Habit::ALL {
            assert!((0..8).any(|index| Habit::of(index, "x") == habit));
        }
    }

    #[test]
    fn cash_comes_while_the_counter_is_open() {
        for n in 0..200 {
            let month = "2026-02".parse().unwrap();
            let (means, day) = Means::of(&n.to_string(), month, n % 2 == 0);
            assert!((2..=27).contains(&day));
            assert!(means != Means::Cash || [8, 16, 24].contains(&day));
        }
    }
}
