//! Meters for tests: how they are registered and read.

use super::{Device, NewReading, OpeningReading, ReadingKind, RecordReadings, RegisterMeter};
use crate::id::MeterId;
use crate::supplier_bill::Utility;
use crate::unit::fixture::UNIT;
use crate::value::{Count, Exact};
use uuid::Uuid;

pub(crate) const METER: MeterId = MeterId(Uuid::from_u128(0x3e7e));

pub(crate) fn exact(text: &str) -> Exact {
    text.parse().unwrap()
}

pub(crate) fn device() -> Device {
    Device { digits: Count(5), multiplier: exact("1"), reversed: false }
}

/// The unit's water meter, which shows a value on a day.
pub(crate) fn registered_on(on: &str, value: &str) -> RegisterMeter {
    RegisterMeter {
        meter: METER,
        unit: Some(UNIT),
        building: None,
        utility: Utility::Water,
        code: "W00001".parse().unwrap(),
        device: device(),
        opening: OpeningReading { on: on.parse().unwrap(), value: exact(value), used_this_year: None },
    }
}

pub(crate) fn reading(on: &str, value: &str) -> NewReading {
    NewReading {
        meter: METER,
        on: on.parse().unwrap(),
        value: exact(value),
        rolled_over: false,
        kind: ReadingKind::Actual,
        photo: None,
    }
}

pub(crate) fn read(on: &str, value: &str) -> RecordReadings {
    RecordReadings { readings: vec![reading(on, value)] }
}
