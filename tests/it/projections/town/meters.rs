//! Meters that are registered, read, checked, corrected, replaced and removed.

use super::Town;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::community::MeterCheckSet;
use mingzhang_domain::id::{CommunityId, MeterId, ReadingId};
use mingzhang_domain::meter::{
    Device, MeterOpeningRead, MeterRead, MeterRegistered, MeterRemoved, MeterReplaced, Reading, ReadingAccepted,
    ReadingCorrected, ReadingHeld, ReadingKind, ReadingRejected,
};
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::unit::MeterInstalled;
use mingzhang_domain::value::{Count, Exact};

/// A meter and its last reading.
pub(super) struct Counter {
    meter: MeterId,
    reading: ReadingId,
    on: CivilDate,
    value: u32,
    total: u32,
    held: Option<(ReadingId, CivilDate, u32)>,
}

fn exact(number: u32) -> Exact {
    number.to_string().parse().unwrap()
}

fn device() -> Device {
    Device { digits: Count(5), multiplier: exact(1), reversed: false }
}

impl Town {
    /// A meter is registered, or something happens to one.
    pub(super) fn meter(&mut self) {
        if self.meters.len() < 3 {
            return self.register_meter();
        }
        let n = self.below(self.meters.len());
        if let Some((reading, on, used)) = self.meters[n].held {
            return self.settle_reading(n, reading, on, used);
        }
        let on = self.meters[n].on.plus_days(1).max(self.today);
        match self.below(7) {
            0 => self.register_meter(),
            1 => self.correct_reading(n),
            2 => self.replace_meter(n, on),
            3 => self.remove_meter(n, on),
            _ => self.read_meter(n, on),
        }
    }

    fn register_meter(&mut self) {
        let (meter, reading, on) = (MeterId(self.id()), ReadingId(self.id()), self.today);
        let of_unit = self.below(4) > 0;
        let home = self.below(self.homes.len());
        let unit = of_unit.then(|| self.homes[home].unit);
        let code = format!("M{}", self.events.len()).parse().unwrap();
        let building = (!of_unit).then(|| "1".parse().unwrap());
        let registered = MeterRegistered { unit, building, utility: Utility::Water, code, device: device() };
        self.push(meter.into(), registered.into());
        let used_this_year = of_unit.then(|| exact(7));
        self.push(meter.into(), MeterOpeningRead { reading, on, value: exact(100), used_this_year }.into());
        if let Some(unit) = unit {
            self.push(unit.into(), MeterInstalled { meter, utility: Utility::Water }.into());
        } else {
            let check = MeterCheckSet { factor: exact(2), readings: Count(2), daily_limit: Some(exact(50)) };
            self.push(CommunityId(self.ledger_id.uuid()).into(), check.into());
        }
        self.meters.push(Counter { meter, reading, on, value: 100, total: 0, held: None });
    }

    fn used(&mut self) -> u32 {
        u32::try_from(self.below(40)).unwrap()
    }

    fn read_meter(&mut self, n: usize, on: CivilDate) {
        let (id, used, holds) = (ReadingId(self.id()), self.used(), self.below(3) > 0);
        let kind = if used.is_multiple_of(5) { ReadingKind::Estimated } else { ReadingKind::Actual };
        let counter = &mut self.meters[n];
        let (value, total) = (exact(counter.value + used), exact(counter.total + used));
        let reading = Reading { reading: id, on, value, rolled_over: false, kind, photo: None, total };
        let meter = counter.meter;
        if holds {
            (counter.reading, counter.on) = (id, on);
            (counter.value, counter.total) = (counter.value + used, counter.total + used);
            self.push(meter.into(), MeterRead { reading }.into());
        } else {
            counter.held = Some((id, on, used));
            self.push(meter.into(), ReadingHeld { reading, daily: exact(used), usual: Some(exact(1)) }.into());
        }
    }

    fn settle_reading(&mut self, n: usize, reading: ReadingId, on: CivilDate, used: u32) {
        let accepted = self.below(2) == 0;
        let counter = &mut self.meters[n];
        counter.held = None;
        let (meter, reason) = (counter.meter, "复核".parse().unwrap());
        if accepted {
            (counter.reading, counter.on) = (reading, on);
            (counter.value, counter.total) = (counter.value + used, counter.total + used);
            self.push(meter.into(), ReadingAccepted { reading, reason }.into());
        } else {
            self.push(meter.into(), ReadingRejected { reading, reason }.into());
        }
    }

    fn correct_reading(&mut self, n: usize) {
        let more = self.used();
        let counter = &mut self.meters[n];
        (counter.value, counter.total) = (counter.value + more, counter.total + more);
        let (meter, reading) = (counter.meter, counter.reading);
        let (value, total, reason) = (exact(counter.value), exact(counter.total), "抄错".parse().unwrap());
        self.push(meter.into(), ReadingCorrected { reading, value, rolled_over: false, total, reason }.into());
    }

    fn replace_meter(&mut self, n: usize, on: CivilDate) {
        let (reading, used) = (ReadingId(self.id()), self.used());
        let code = format!("M{}", self.events.len()).parse().unwrap();
        let counter = &mut self.meters[n];
        let (value, total) = (exact(counter.value + used), exact(counter.total + used));
        (counter.reading, counter.on) = (reading, on);
        (counter.value, counter.total) = (3, counter.total + used);
        let (meter, device, starts_at) = (counter.meter, device(), exact(3));
        let replaced = MeterReplaced { reading, on, value, rolled_over: false, total, code, device, starts_at };
        self.push(meter.into(), replaced.into());
    }

    fn remove_meter(&mut self, n: usize, on: CivilDate) {
        let reading = ReadingId(self.id());
        let Counter { meter, value, total, .. } = self.meters.swap_remove(n);
        let (value, total, reason) = (exact(value), exact(total), "拆除".parse().unwrap());
        self.push(meter.into(), MeterRemoved { reading, on, value, rolled_over: false, total, reason }.into());
    }
}
