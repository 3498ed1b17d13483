//! The fold of a `meter` stream: the instrument, the readings that hold, and the one that is held.

use super::event::{Device, MeterEvent, MeterRegistered, Reading, ReadingHeld, ReadingKind};
use crate::calendar::CivilDate;
use crate::draft::Fact;
use crate::id::ReadingId;
use crate::value::{Code, Exact};

/// A reading that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The reading.
    pub reading: ReadingId,
    /// The day; what it shows was used before that day.
    pub on: CivilDate,
    /// What it shows.
    pub value: Exact,
    /// What the next one goes on from: another value only where the instrument was replaced.
    pub goes_on_at: Exact,
    /// Counted since the opening reading, to 4 decimals.
    pub total: Exact,
    /// The instrument that shows it.
    pub device: Device,
    /// Nobody could read it.
    pub estimated: bool,
}

/// The fold of a `meter` stream.
#[derive(Debug, Clone, Default)]
pub struct MeterState {
    registered: Option<MeterRegistered>,
    code: Option<Code>,
    device: Option<Device>,
    points: Vec<Point>,
    used_before_opening: Exact,
    held: Option<ReadingHeld>,
    removed: bool,
}

impl MeterState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &MeterEvent, _fact: &Fact<'_>) {
        match event {
            MeterEvent::MeterRegistered(e) => {
                self.code = Some(e.code.clone());
                self.device = Some(e.device.clone());
                self.registered = Some(e.clone());
            }
            MeterEvent::MeterOpeningRead(e) => {
                self.used_before_opening = e.used_this_year.unwrap_or_default();
                self.point(e.reading, e.on, (e.value, e.value), Exact::default(), false);
            }
            MeterEvent::MeterRead(e) => self.read(&e.reading),
            MeterEvent::ReadingHeld(e) => self.held = Some(e.clone()),
            MeterEvent::ReadingAccepted(_) => {
                if let Some(held) = self.held.take() {
                    self.read(&held.reading);
                }
            }
            MeterEvent::ReadingRejected(_) => self.held = None,
            MeterEvent::ReadingCorrected(e) => {
                for point in self.points.iter_mut().filter(|point| point.reading == e.reading) {
                    if point.goes_on_at == point.value {
                        point.goes_on_at = e.value;
                    }
                    (point.value, point.total, point.estimated) = (e.value, e.total, false);
                }
            }
            MeterEvent::MeterReplaced(e) => {
                self.point(e.reading, e.on, (e.value, e.starts_at), e.total, false);
                self.code = Some(e.code.clone());
                self.device = Some(e.device.clone());
            }
            MeterEvent::MeterRemoved(e) => {
                self.point(e.reading, e.on, (e.value, e.value), e.total, false);
                self.removed = true;
            }
        }
    }

    fn read(&mut self, reading: &Reading) {
        let estimated = reading.kind == ReadingKind::Estimated;
        self.point(reading.reading, reading.on, (reading.value, reading.value), reading.total, estimated);
    }

    fn point(
        &mut self,
        reading: ReadingId,
        on: CivilDate,
        (value, goes_on_at): (Exact, Exact),
        total: Exact,
        estimated: bool,
    ) {
        if let Some(device) = self.device.clone() {
            self.points.push(Point { reading, on, value, goes_on_at, total, device, estimated });
        }
    }

    /// What was said when it was registered; nothing until then.
    pub fn registered(&self) -> Option<&MeterRegistered> {
        self.registered.as_ref()
    }

    /// The number that it has now.
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// The instrument that counts now.
    pub fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }

    /// The readings that hold, by day; the first is the opening reading.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The reading that waits for a person.
    pub fn held(&self) -> Option<&ReadingHeld> {
        self.held.as_ref()
    }

    /// True when it counts no more.
    pub fn is_removed(&self) -> bool {
        self.removed
    }

    /// What was used in the opening reading's year before it.
    pub(super) fn used_before_opening(&self) -> Exact {
        self.used_before_opening
    }

    /// The same with another value and total of a reading.
    pub(crate) fn with_corrected(&self, reading: ReadingId, value: Exact, total: Exact) -> Self {
        let mut state = self.clone();
        for point in state.points.iter_mut().filter(|point| point.reading == reading) {
            (point.value, point.total) = (value, total);
        }
        state
    }
}
