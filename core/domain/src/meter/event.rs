//! Facts about a meter 表: what it counts, where, what it read, and which readings hold.
//!
//! `total` is what it has counted since its opening reading, in units of quantity: multiplier, rollover, reversed
//! installation and replacement are in it already, so that what was used between two days is a difference.

use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::{ReadingId, UnitId};
use crate::supplier_bill::Utility;
use crate::value::{Code, Count, Digest, Exact, Label};
use crate::wire::words;

words! {
    /// How a reading came about.
    pub enum ReadingKind {
        /// 实抄: somebody or something read the meter.
        Actual = "actual",
        /// 估抄: nobody could read it.
        Estimated = "estimated",
    }
}

facts! {
    /// The instrument itself.
    pub struct Device {
        /// Digits before the point: after the highest number follows 0.
        pub digits: Count,
        /// 倍率: what one step of the reading stands for.
        pub multiplier: Exact,
        /// 反装: it counts down.
        pub reversed: bool,
    }
    /// A reading as it was taken.
    pub struct Reading {
        /// The reading.
        pub reading: ReadingId,
        /// The day; what it shows was used before that day.
        pub on: CivilDate,
        /// What it shows.
        pub value: Exact,
        /// It has passed its highest number since the reading before.
        pub rolled_over: bool,
        /// How it came about.
        pub kind: ReadingKind,
        /// SHA-256 of the photo that was taken of it.
        pub photo: Option<Digest>,
        /// Counted since the opening reading.
        pub total: Exact,
    }
}

facts! {
    /// The meter exists.
    pub struct MeterRegistered {
        /// The unit whose use it counts; absent: a total meter 总表.
        pub unit: Option<UnitId>,
        /// The building that a total meter is of; absent: the whole community's, or a unit's.
        pub building: Option<Label>,
        /// What it counts.
        pub utility: Utility,
        /// 表号, unique in the community.
        pub code: Code,
        /// The instrument.
        pub device: Device,
    }
    /// Where it stands at the beginning; nothing is billed for what it counted before.
    pub struct MeterOpeningRead {
        /// The reading.
        pub reading: ReadingId,
        /// The day; what is used from it on is billed.
        pub on: CivilDate,
        /// What it shows.
        pub value: Exact,
        /// What was used before in the calendar year of that day: where its tiers stand.
        pub used_this_year: Option<Exact>,
    }
    /// It was read.
    pub struct MeterRead {
        /// The reading.
        pub reading: Reading,
    }
    /// It was read, but what was used is far from its own history: nothing is billed until a person accepts it.
    pub struct ReadingHeld {
        /// The reading.
        pub reading: Reading,
        /// Used a day since the reading before, to 4 decimals.
        pub daily: Exact,
        /// Used a day on average before; absent: it is above what the community says at most.
        pub usual: Option<Exact>,
    }
    /// A held reading is right.
    pub struct ReadingAccepted {
        /// The reading.
        pub reading: ReadingId,
        /// Why.
        pub reason: Label,
    }
    /// A held reading is wrong: as if it had not been taken.
    pub struct ReadingRejected {
        /// The reading.
        pub reading: ReadingId,
        /// Why.
        pub reason: Label,
    }
    /// A reading was wrong: it was another value. What was billed on it is corrected by facts of the account.
    pub struct ReadingCorrected {
        /// The reading.
        pub reading: ReadingId,
        /// What it showed.
        pub value: Exact,
        /// It had passed its highest number since the reading before.
        pub rolled_over: bool,
        /// Counted since the opening reading as that was first read.
        pub total: Exact,
        /// Why.
        pub reason: Label,
    }
    /// 换表: another instrument counts from a day on.
    pub struct MeterReplaced {
        /// The last reading of the old one, which is the first of the new one.
        pub reading: ReadingId,
        /// The day.
        pub on: CivilDate,
        /// What the old one shows.
        pub value: Exact,
        /// The old one has passed its highest number since the reading before.
        pub rolled_over: bool,
        /// Counted since the opening reading.
        pub total: Exact,
        /// Number of the new one.
        pub code: Code,
        /// The new one.
        pub device: Device,
        /// What the new one shows.
        pub starts_at: Exact,
    }
    /// It is gone.
    pub struct MeterRemoved {
        /// Its last reading.
        pub reading: ReadingId,
        /// The day.
        pub on: CivilDate,
        /// What it shows.
        pub value: Exact,
        /// It has passed its highest number since the reading before.
        pub rolled_over: bool,
        /// Counted since the opening reading.
        pub total: Exact,
        /// Why.
        pub reason: Label,
    }
}

events! {
    /// Facts of a `meter` stream.
    pub enum MeterEvent of "meter" {
        MeterRegistered = "meter_registered", 1;
        MeterOpeningRead = "meter_opening_read", 1;
        MeterRead = "meter_read", 1;
        ReadingHeld = "reading_held", 1;
        ReadingAccepted = "reading_accepted", 1;
        ReadingRejected = "reading_rejected", 1;
        ReadingCorrected = "reading_corrected", 1;
        MeterReplaced = "meter_replaced", 1;
        MeterRemoved = "meter_removed", 1;
    }
}
