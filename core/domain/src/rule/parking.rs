//! What a temporary stay 临时停车 costs: blocks of time run on from the entry, and every day has its cap.
//!
//! A block is charged whole when it begins, at the price in force when it begins; what has begun is not priced again when
//! a new version comes. May never happen here: a first block or free minutes twice, a day above its cap, a rounding.

use crate::calendar::{CivilDate, Instant};
use crate::money::{Money, MoneyError};

/// The longest stay that is priced, in days.
pub const DAYS_LIMIT: i64 = 366;
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Shanghai is eight hours ahead.
const OFFSET: i64 = 8 * 60 * MINUTE;

/// A block of time at a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// How long, in minutes; above zero.
    pub minutes: u32,
    /// What it costs once it has begun.
    pub price: Money,
}

/// What a day is for its cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// 24 hours, counted from the entry.
    Rolling,
    /// From midnight to midnight in Shanghai.
    Calendar,
}

/// One version of the price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// First day it holds on, from midnight in Shanghai.
    pub from: CivilDate,
    /// A stay of so many minutes costs nothing; a longer one is charged from its entry.
    pub free_minutes: u32,
    /// The first block of the stay.
    pub first: Block,
    /// Each further block.
    pub further: Block,
    /// Other blocks for what begins so many minutes after the entry or later, ascending.
    pub steps: Vec<(u32, Block)>,
    /// The most that blocks that begin in one day cost.
    pub cap: Option<(Day, Money)>,
}

/// Equal blocks in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Which version, counted from 0.
    pub version: usize,
    /// Where the first of them begins.
    pub from: Instant,
    /// The block.
    pub block: Block,
    /// How many.
    pub blocks: u32,
    /// What they cost before the cap.
    pub amount: Money,
}

/// A day of the stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCost {
    /// Where it begins.
    pub from: Instant,
    /// Its blocks.
    pub lines: Vec<Line>,
    /// What they come to.
    pub sum: Money,
    /// The most that they may.
    pub cap: Option<Money>,
    /// The lower of the two.
    pub amount: Money,
}

/// A stay and its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// No longer than the free minutes.
    pub free: bool,
    /// By day; days without a beginning block are left out.
    pub days: Vec<DayCost>,
    /// The sum.
    pub amount: Money,
}

/// Why a stay has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParkingError {
    /// It ends before it begins.
    #[error("a stay ends after it begins")]
    StayBackwards,
    /// Longer than any stay that is priced.
    #[error("the stay is too long")]
    StayTooLong,
    /// No version holds at its entry.
    #[error("no version holds at the entry")]
    VersionMissing,
    /// A block of no time.
    #[error("a block has no time")]
    BlockEmpty,
    /// A step of the computation is out of range.
    #[error("the amount is out of range")]
    AmountOutOfRange,
}

impl ParkingError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::StayBackwards => "stay_backwards",
            Self::StayTooLong => "stay_too_long",
            Self::VersionMissing => "version_missing",
            Self::BlockEmpty => "block_empty",
            Self::AmountOutOfRange => "amount_out_of_range",
        }
    }
}

impl From<MoneyError> for ParkingError {
    fn from(_: MoneyError) -> Self {
        Self::AmountOutOfRange
    }
}

/// The price of a stay by the versions that hold in it, in order of their days.
///
/// # Errors
/// [`ParkingError`].
pub fn cost(entered_at: Instant, left_at: Instant, versions: &[Terms]) -> Result<Cost, ParkingError> {
    let stay = Stay::of(entered_at, left_at, versions)?;
    let entry = stay.terms(0)?;
    if stay.length <= i64::from(entry.1.free_minutes) * MINUTE {
        return Ok(Cost { free: true, days: Vec::new(), amount: Money::ZERO });
    }
    let mut days: Vec<DayCost> = Vec::new();
    let mut at = 0;
    while at < stay.length {
        let (day, version) = (stay.day_of(at), stay.terms(at)?);
        let (block, until) = stay.block(at, version.1);
        let step = i64::from(block.minutes) * MINUTE;
        if step == 0 {
            return Err(ParkingError::BlockEmpty);
        }
        let until = until.min(stay.length).min(stay.day_begins(day + 1)).min(stay.next_version(version.0));
        // The first block alone, else as many as begin before anything changes.
        let blocks = if at == 0 { 1 } else { (until - at + step - 1) / step };
        let line = stay.line(at, version.0, block, blocks)?;
        let begins = stay.at(stay.day_begins(day).max(0));
        match days.last_mut() {
            Some(last) if last.from == begins => last.lines.push(line),
            _ => {
                let cap = stay.terms(stay.day_begins(day).max(0))?.1.cap.map(|(_, cap)| cap);
                let (sum, amount) = (Money::ZERO, Money::ZERO);
                days.push(DayCost { from: begins, lines: vec![line], sum, cap, amount });
            }
        }
        at += blocks * step;
    }
    let mut amount = Money::ZERO;
    for day in &mut days {
        day.sum = day.lines.iter().try_fold(Money::ZERO, |sum, line| sum.plus(line.amount))?;
        day.amount = day.cap.map_or(day.sum, |cap| cap.min(day.sum));
        amount = amount.plus(day.amount)?;
    }
    Ok(Cost { free: false, days, amount })
}

/// A stay in microseconds from its entry.
struct Stay<'v> {
    entered_at: Instant,
    length: i64,
    versions: &'v [Terms],
    /// From the beginning of the first day to the entry.
    into_day: i64,
}

impl<'v> Stay<'v> {
    fn of(entered_at: Instant, left_at: Instant, versions: &'v [Terms]) -> Result<Self, ParkingError> {
        let length = left_at.signed_duration_since(entered_at).num_microseconds().ok_or(ParkingError::StayTooLong)?;
        if length < 0 {
            return Err(ParkingError::StayBackwards);
        }
        if length > DAYS_LIMIT * DAY {
            return Err(ParkingError::StayTooLong);
        }
        // Every version that caps says what a day is; the first that does says it for the whole stay.
        let into_day = match versions.iter().find_map(|terms| terms.cap) {
            Some((Day::Calendar, _)) => (entered_at.timestamp_micros() + OFFSET).rem_euclid(DAY),
            Some((Day::Rolling, _)) | None => 0,
        };
        Ok(Self { entered_at, length, versions, into_day })
    }

    fn at(&self, micros: i64) -> Instant {
        self.entered_at + chrono::TimeDelta::microseconds(micros)
    }

    /// Which day, counted from 0.
    fn day_of(&self, at: i64) -> i64 {
        (at + self.into_day) / DAY
    }

    fn day_begins(&self, day: i64) -> i64 {
        day * DAY - self.into_day
    }

    /// Where a version begins to hold.
    fn begins(&self, terms: &Terms) -> i64 {
        let midnight = terms.from.naive().and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros() - OFFSET;
        midnight - self.entered_at.timestamp_micros()
    }

    fn terms(&self, at: i64) -> Result<(usize, &'v Terms), ParkingError> {
        let held = self.versions.iter().enumerate().take_while(|(_, terms)| self.begins(terms) <= at);
        held.last().ok_or(ParkingError::VersionMissing)
    }

    fn next_version(&self, version: usize) -> i64 {
        self.versions.get(version + 1).map_or(i64::MAX, |next| self.begins(next))
    }

    /// The block that begins somewhere, and until where the same one does.
    fn block(&self, at: i64, terms: &Terms) -> (Block, i64) {
        if at == 0 {
            return (terms.first, i64::MAX);
        }
        let after = |minutes: u32| i64::from(minutes) * MINUTE;
        let reached = terms.steps.iter().take_while(|(minutes, _)| after(*minutes) <= at).count();
        let block = reached.checked_sub(1).and_then(|last| terms.steps.get(last)).map_or(terms.further, |step| step.1);
        (block, terms.steps.get(reached).map_or(i64::MAX, |(minutes, _)| after(*minutes)))
    }

    fn line(&self, at: i64, version: usize, block: Block, blocks: i64) -> Result<Line, ParkingError> {
        let blocks = u32::try_from(blocks).map_err(|_| ParkingError::AmountOutOfRange)?;
        let amount = block.price.decimal().checked_mul(blocks.into()).ok_or(ParkingError::AmountOutOfRange)?;
        Ok(Line { version, from: self.at(at), block, blocks, amount: Money::from_decimal(amount)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn block(minutes: u32, price: &str) -> Block {
        Block { minutes, price: money(price) }
    }

    /// 15 minutes free, the first hour 5 yuan, each half hour 1 yuan, from the tenth hour on each hour 1 yuan.
    fn terms(from: &str, cap: Option<(Day, &str)>) -> Terms {
        Terms {
            from: from.parse().unwrap(),
            free_minutes: 15,
            first: block(60, "5.00"),
            further: block(30, "1.00"),
            steps: vec![(600, block(60, "1.00"))],
            cap: cap.map(|(day, cap)| (day, money(cap))),
        }
    }

    fn at(text: &str) -> Instant {
        format!("{text}+08:00").parse().unwrap()
    }

    fn costs(from: &str, until: &str, versions: &[Terms]) -> String {
        cost(at(from), at(until), versions).unwrap().amount.to_string()
    }

    #[test]
    fn blocks_run_on_from_the_entry() {
        let versions = [terms("2026-01-01", None)];
        let of = |until: &str| costs("2026-10-01T08:00:00", &format!("2026-10-01T{until}"), &versions);
        assert_eq!(of("08:15:00"), "0.00", "free to the second");
        assert_eq!(of("08:15:01"), "5.00", "and then charged from the entry");
        assert_eq!((of("09:00:00"), of("09:00:01")), ("5.00".into(), "6.00".into()));
        assert_eq!(of("10:00:00"), "7.00");
        assert_eq!(of("18:00:00"), "23.00");
        assert_eq!((of("19:00:00"), of("19:00:01")), ("24.00".into(), "25.00".into()), "a step after ten hours");
    }

    #[test]
    fn a_day_has_its_cap_whatever_a_day_is() {
        let rolling = [terms("2026-01-01", Some((Day::Rolling, "20.00")))];
        let calendar = [terms("2026-01-01", Some((Day::Calendar, "20.00")))];
        assert_eq!(costs("2026-10-01T20:00:00", "2026-10-02T20:00:00", &rolling), "20.00");
        assert_eq!(costs("2026-10-01T20:00:00", "2026-10-02T20:00:01", &rolling), "21.00");
        // Four hours before midnight are 5 + 6; after it 6 hours are 12, and then 14 blocks of an hour.
        assert_eq!(costs("2026-10-01T20:00:00", "2026-10-02T00:00:00", &calendar), "11.00");
        assert_eq!(costs("2026-10-01T20:00:00", "2026-10-02T20:00:00", &calendar), "31.00");
    }

    #[test]
    fn midnight_alone_changes_nothing() {
        let versions = [terms("2026-01-01", None)];
        let over = costs("2026-10-01T23:30:00", "2026-10-02T01:30:00", &versions);
        assert_eq!(over, costs("2026-10-01T10:30:00", "2026-10-01T12:30:00", &versions));
        assert_eq!(over, "7.00");
    }

    #[test]
    fn a_new_version_prices_what_begins_in_it() {
        let dear = Terms { first: block(60, "50.00"), further: block(30, "10.00"), ..terms("2026-10-02", None) };
        let versions = [terms("2026-01-01", None), dear];
        let of = |from: &str, until: &str| costs(from, until, &versions);
        // The first block runs into the new version and is not charged again.
        assert_eq!(of("2026-10-01T23:30:00", "2026-10-02T00:30:00"), "5.00");
        assert_eq!(of("2026-10-01T23:30:00", "2026-10-02T00:30:01"), "15.00");
        assert_eq!(of("2026-10-01T22:00:00", "2026-10-02T01:00:00"), "27.00");
        assert_eq!(of("2026-10-02T00:00:00", "2026-10-02T01:00:00"), "50.00");
        let stay = cost(at("2026-10-01T22:00:00"), at("2026-10-02T01:00:00"), &versions).unwrap();
        let lines: Vec<_> = stay.days[0].lines.iter().map(|line| (line.version, line.blocks)).collect();
        assert_eq!(lines, [(0, 1), (0, 2), (1, 2)]);
    }

    #[test]
    fn what_is_no_stay_has_no_price() {
        let versions = [terms("2026-01-01", None)];
        let of = |from: &str, until: &str| cost(at(from), at(until), &versions).unwrap_err().code();
        assert_eq!(of("2026-10-01T08:00:00", "2026-10-01T07:59:59"), "stay_backwards");
        assert_eq!(of("2026-10-01T08:00:00", "2027-10-02T08:00:01"), "stay_too_long");
        assert_eq!(of("2025-12-31T08:00:00", "2026-01-01T08:00:00"), "version_missing");
        let none = Terms { first: block(0, "5.00"), ..terms("2026-01-01", None) };
        let empty = cost(at("2026-10-01T08:00:00"), at("2026-10-01T09:00:00"), &[none]).unwrap_err();
        assert_eq!(empty.code(), "block_empty");
    }

    fn any_block() -> impl Strategy<Value = Block> {
        (1_u32..=240, 0_i64..=2_000).prop_map(|(minutes, fen)| Block { minutes, price: Money::from_fen(fen) })
    }

    fn any_terms() -> impl Strategy<Value = Terms> {
        let steps = prop::collection::btree_map(1_u32..=3_000, any_block(), 0..3);
        let cap = prop::option::of((any::<bool>(), 0_i64..=9_000));
        (0_u32..=120, any_block(), any_block(), steps, cap).prop_map(|(free_minutes, first, further, steps, cap)| {
            Terms {
                from: "2026-01-01".parse().unwrap(),
                free_minutes,
                first,
                further,
                steps: steps.into_iter().collect(),
                cap: cap
                    .map(|(rolling, fen)| (if rolling { Day::Rolling } else { Day::Calendar }, Money::from_fen(fen))),
            }
        })
    }

    fn seconds(from: Instant, seconds: i64) -> Instant {
        from + chrono::TimeDelta::seconds(seconds)
    }

    proptest! {
        #[test]
        fn longer_never_costs_less(
            first in any_terms(), second in any_terms(), start in 0_i64..172_800, long in 0_i64..400_000, more in 0_i64..100_000,
        ) {
            let versions = [first, Terms { from: "2026-10-03".parse().unwrap(), ..second }];
            let entered = seconds(at("2026-10-01T00:00:00"), start);
            let shorter = cost(entered, seconds(entered, long), &versions).unwrap().amount;
            prop_assert!(shorter <= cost(entered, seconds(entered, long + more), &versions).unwrap().amount);
        }

        #[test]
        fn no_day_costs_more_than_its_cap(terms in any_terms(), start in 0_i64..86_400, long in 0_i64..900_000) {
            let entered = seconds(at("2026-10-01T00:00:00"), start);
            let stay = cost(entered, seconds(entered, long), std::slice::from_ref(&terms)).unwrap();
            if let Some((_, cap)) = terms.cap {
                let days = i64::try_from(stay.days.len()).unwrap();
                prop_assert!(stay.amount <= Money::from_fen(cap.fen() * days));
                prop_assert!(days <= long / 86_400 + 2);
            }
        }

        #[test]
        fn a_version_with_equal_prices_changes_nothing(terms in any_terms(), start in 0_i64..86_400, long in 0_i64..400_000) {
            let entered = seconds(at("2026-10-01T00:00:00"), start);
            let again = |from: &str| Terms { from: from.parse().unwrap(), ..terms.clone() };
            let split = [terms.clone(), again("2026-10-02"), again("2026-10-03")];
            let left = seconds(entered, long);
            let whole = cost(entered, left, std::slice::from_ref(&terms)).unwrap();
            prop_assert_eq!(whole.amount, cost(entered, left, &split).unwrap().amount);
        }

        #[test]
        fn free_minutes_are_free(terms in any_terms(), start in 0_i64..86_400, part in 0_i64..=100) {
            let entered = seconds(at("2026-10-01T00:00:00"), start);
            let left = seconds(entered, i64::from(terms.free_minutes) * 60 * part / 100);
            prop_assert_eq!(cost(entered, left, &[terms]).unwrap().amount, Money::ZERO);
        }

        #[test]
        fn block_by_block_it_is_the_same(terms in any_terms(), start in 0_i64..86_400, long in 0_i64..200_000) {
            // The plain way: one block after another, each in the day that it begins in.
            let terms = Terms { cap: None, ..terms };
            let entered = seconds(at("2026-10-01T00:00:00"), start);
            let got = cost(entered, seconds(entered, long), std::slice::from_ref(&terms)).unwrap();
            let mut plain = Money::ZERO;
            let mut reached = 0;
            while !got.free && reached < long {
                let step = terms.steps.iter().rev().find(|(after, _)| i64::from(*after) * 60 <= reached);
                let block = if reached == 0 { terms.first } else { step.map_or(terms.further, |step| step.1) };
                plain = plain.plus(block.price).unwrap();
                reached += i64::from(block.minutes) * 60;
            }
            prop_assert_eq!(got.amount, plain);
        }
    }
}
