//! Meters 表: where each stands, its readings, and what the meters of a kind have counted together.

use crate::column::{Quantity, Text, count, day, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, MeterId, UnitId};
use mingzhang_domain::meter::{Device, MeterEvent, Reading, ReadingKind};
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::value::{Code, Exact, Label};
use uuid::Uuid;

states! {
    /// How a reading came about.
    pub enum ReadingWay {
        /// Where the meter stood at the beginning.
        Opening = "opening",
        /// 实抄
        Actual = "actual",
        /// 估抄
        Estimated = "estimated",
        /// The last one of an instrument and the first of the next.
        Replaced = "replaced",
        /// The last one.
        Removed = "removed",
    }
}

states! {
    /// Whether a reading holds.
    pub enum ReadingStatus {
        /// It holds.
        Holds = "holds",
        /// It waits for a person.
        Held = "held",
        /// As if it had not been taken.
        Rejected = "rejected",
    }
}

states! {
    /// How a meter stands.
    pub enum MeterStatus {
        /// It counts.
        Counting = "counting",
        /// A reading of it waits for a person.
        Held = "held",
        /// It counts no more.
        Removed = "removed",
    }
}

table! {
    /// One meter.
    pub struct Meter of "meter" {
        key {
            /// The meter.
            meter_id: Uuid,
        }
        /// Where it was registered.
        position: i64,
        /// Its number.
        code: Text<Code>,
        /// What it counts.
        utility: Text<Utility>,
        /// The unit whose use it counts; absent: a total meter.
        unit_id: Option<Uuid>,
        /// The building that a total meter is of.
        building: Option<Text<Label>>,
        /// Digits before the point.
        digits: i32,
        /// What one step of the reading stands for.
        multiplier: Quantity,
        /// It counts down.
        reversed: bool,
        /// The day of the opening reading.
        opened_on: Option<NaiveDate>,
        /// The day of the newest reading that holds.
        read_on: Option<NaiveDate>,
        /// What it shows.
        value: Option<Quantity>,
        /// Counted since the opening reading.
        total: Quantity,
        /// The reading that waits for a person.
        held_reading_id: Option<Uuid>,
        /// The day it was removed.
        removed_on: Option<NaiveDate>,
        /// How it stands.
        status: Text<MeterStatus>,
        /// Used in the opening reading's calendar year before it, if it was said.
        used_this_year: Option<Quantity>,
    }
}

table! {
    /// One reading of a meter.
    pub struct MeterReading of "meter_reading" {
        key {
            /// The reading.
            reading_id: Uuid,
        }
        /// Where it was recorded.
        position: i64,
        /// The meter.
        meter_id: Uuid,
        /// How it came about.
        kind: Text<ReadingWay>,
        /// The day.
        read_on: NaiveDate,
        /// What it shows.
        value: Quantity,
        /// What the next instrument begins with.
        starts_at: Option<Quantity>,
        /// It has passed its highest number since the reading before.
        rolled_over: bool,
        /// Counted since the opening reading.
        total: Quantity,
        /// SHA-256 of the photo.
        photo: Option<String>,
        /// It was another value before.
        corrected: bool,
        /// Why it was accepted, rejected or corrected last.
        reason: Option<Text<Label>>,
        /// Whether it holds.
        status: Text<ReadingStatus>,
    }
}

/// A reading with what was used since the one before.
#[derive(Debug, Clone)]
pub struct ReadingUsage {
    /// The reading.
    pub reading_id: Uuid,
    /// Where it was recorded.
    pub position: i64,
    /// The meter.
    pub meter_id: Uuid,
    /// How it came about.
    pub kind: Text<ReadingWay>,
    /// The day.
    pub read_on: NaiveDate,
    /// What it shows.
    pub value: Quantity,
    /// What the next instrument begins with.
    pub starts_at: Option<Quantity>,
    /// It has passed its highest number since the reading before.
    pub rolled_over: bool,
    /// Counted since the opening reading.
    pub total: Quantity,
    /// Used since the reading before that holds.
    pub usage: Option<Quantity>,
    /// SHA-256 of the photo.
    pub photo: Option<String>,
    /// It was another value before.
    pub corrected: bool,
    /// Why it was accepted, rejected or corrected last.
    pub reason: Option<Text<Label>>,
    /// Whether it holds.
    pub status: Text<ReadingStatus>,
}

/// What the meters of a kind have counted together.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    /// Total meters, or those of units.
    pub is_total: bool,
    /// How many.
    pub meters: i64,
    /// How many of them were read in these days.
    pub read: i64,
    /// What they have counted.
    pub usage: Option<Quantity>,
}

/// Folds a fact of a meter.
pub(crate) fn fold(fact: &MeterEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let meter_id = event.stream.id;
    match fact {
        MeterEvent::MeterRegistered(e) => models.meter.insert(Meter {
            meter_id,
            position: position(event.position),
            code: Text(e.code.clone()),
            utility: Text(e.utility),
            unit_id: e.unit.map(|unit| unit.uuid()),
            building: e.building.clone().map(Text),
            digits: count(e.device.digits),
            multiplier: Quantity(e.device.multiplier),
            reversed: e.device.reversed,
            opened_on: None,
            read_on: None,
            value: None,
            total: Quantity(Exact::default()),
            held_reading_id: None,
            removed_on: None,
            status: Text(MeterStatus::Counting),
            used_this_year: None,
        }),
        MeterEvent::MeterOpeningRead(e) => {
            let total = Exact::default();
            let meter = stands(models, meter_id, e.on, e.value, total)?;
            (meter.opened_on, meter.used_this_year) = (Some(day(e.on)), e.used_this_year.map(Quantity));
            let opening = of(event, e.reading.uuid(), ReadingWay::Opening, (e.on, e.value, total), false);
            models.meter_reading.insert(opening);
        }
        MeterEvent::MeterRead(e) => {
            stands(models, meter_id, e.reading.on, e.reading.value, e.reading.total)?;
            models.meter_reading.insert(taken(event, &e.reading, ReadingStatus::Holds));
        }
        MeterEvent::ReadingHeld(e) => {
            let meter = row(models, meter_id)?;
            (meter.held_reading_id, meter.status) = (Some(e.reading.reading.uuid()), Text(MeterStatus::Held));
            models.meter_reading.insert(taken(event, &e.reading, ReadingStatus::Held));
        }
        MeterEvent::ReadingAccepted(e) => {
            let read = reading(models, e.reading.uuid())?;
            (read.status, read.reason) = (Text(ReadingStatus::Holds), Some(Text(e.reason.clone())));
            let (on, value, total) = (read.read_on, read.value, read.total);
            let meter = counts(models, meter_id)?;
            (meter.read_on, meter.value, meter.total) = (Some(on), Some(value), total);
        }
        MeterEvent::ReadingRejected(e) => {
            let read = reading(models, e.reading.uuid())?;
            (read.status, read.reason) = (Text(ReadingStatus::Rejected), Some(Text(e.reason.clone())));
            counts(models, meter_id)?;
        }
        MeterEvent::ReadingCorrected(e) => {
            let read = reading(models, e.reading.uuid())?;
            (read.value, read.total, read.rolled_over) = (Quantity(e.value), Quantity(e.total), e.rolled_over);
            (read.corrected, read.reason) = (true, Some(Text(e.reason.clone())));
            let (on, replaced) = (read.read_on, read.starts_at.is_some());
            let meter = row(models, meter_id)?;
            if meter.read_on == Some(on) {
                meter.total = Quantity(e.total);
                if !replaced {
                    meter.value = Some(Quantity(e.value));
                }
            }
        }
        MeterEvent::MeterReplaced(e) => {
            let meter = stands(models, meter_id, e.on, e.starts_at, e.total)?;
            meter.code = Text(e.code.clone());
            let Device { digits, multiplier, reversed } = &e.device;
            (meter.digits, meter.multiplier, meter.reversed) = (count(*digits), Quantity(*multiplier), *reversed);
            let read = of(event, e.reading.uuid(), ReadingWay::Replaced, (e.on, e.value, e.total), e.rolled_over);
            models.meter_reading.insert(MeterReading { starts_at: Some(Quantity(e.starts_at)), ..read });
        }
        MeterEvent::MeterRemoved(e) => {
            let meter = stands(models, meter_id, e.on, e.value, e.total)?;
            (meter.removed_on, meter.status) = (Some(day(e.on)), Text(MeterStatus::Removed));
            let read = of(event, e.reading.uuid(), ReadingWay::Removed, (e.on, e.value, e.total), e.rolled_over);
            models.meter_reading.insert(MeterReading { reason: Some(Text(e.reason.clone())), ..read });
        }
    }
    Ok(())
}

fn row(models: &mut Models, meter: Uuid) -> Result<&mut Meter, FoldError> {
    models.meter.get_mut(&(meter,)).ok_or(FoldError("a fact about a meter that was never registered"))
}

/// No reading waits any more.
fn counts(models: &mut Models, meter: Uuid) -> Result<&mut Meter, FoldError> {
    let meter = row(models, meter)?;
    (meter.held_reading_id, meter.status) = (None, Text(MeterStatus::Counting));
    Ok(meter)
}

fn reading(models: &mut Models, reading: Uuid) -> Result<&mut MeterReading, FoldError> {
    models.meter_reading.get_mut(&(reading,)).ok_or(FoldError("a fact about a reading that was never taken"))
}

/// Where the meter stands now.
fn stands(
    models: &mut Models,
    meter: Uuid,
    on: CivilDate,
    value: Exact,
    total: Exact,
) -> Result<&mut Meter, FoldError> {
    let meter = row(models, meter)?;
    (meter.read_on, meter.value, meter.total) = (Some(day(on)), Some(Quantity(value)), Quantity(total));
    Ok(meter)
}

fn taken(event: &Recorded, reading: &Reading, status: ReadingStatus) -> MeterReading {
    let way = match reading.kind {
        ReadingKind::Actual => ReadingWay::Actual,
        ReadingKind::Estimated => ReadingWay::Estimated,
    };
    let read = (reading.on, reading.value, reading.total);
    let photo = reading.photo.map(|photo| photo.to_string());
    let row = of(event, reading.reading.uuid(), way, read, reading.rolled_over);
    MeterReading { photo, status: Text(status), ..row }
}

fn of(
    event: &Recorded,
    reading_id: Uuid,
    kind: ReadingWay,
    (on, value, total): (CivilDate, Exact, Exact),
    rolled_over: bool,
) -> MeterReading {
    MeterReading {
        reading_id,
        position: position(event.position),
        meter_id: event.stream.id,
        kind: Text(kind),
        read_on: day(on),
        value: Quantity(value),
        starts_at: None,
        rolled_over,
        total: Quantity(total),
        photo: None,
        corrected: false,
        reason: None,
        status: Text(ReadingStatus::Holds),
    }
}

/// Which meters are asked for; nothing: all.
#[derive(Debug, Clone, Copy, Default)]
pub struct MetersOf {
    /// Of a unit.
    pub unit: Option<UnitId>,
    /// That count this.
    pub utility: Option<Utility>,
    /// That are so.
    pub status: Option<MeterStatus>,
}

impl Reader {
    /// One meter.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn meter(&self, ledger: LedgerId, meter: MeterId) -> Result<Read<Option<Meter>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Meter, "sql/meter.sql", s.ledger, s.generation, meter.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Meters in the order they were registered; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn meters(&self, ledger: LedgerId, of: MetersOf, ask: Ask<i64>) -> Result<Read<Page<Meter>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Meter,
                    "sql/meters.sql",
                    s.ledger,
                    s.generation,
                    ask.after.unwrap_or_default(),
                    of.unit.map(|unit| unit.uuid()),
                    of.utility.map(Utility::as_str),
                    of.status.map(MeterStatus::as_str),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The meters that have one of some numbers now.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn meters_of_codes(&self, ledger: LedgerId, codes: Vec<Code>) -> Result<Read<Vec<Meter>>, ReadError> {
        let codes: Vec<String> = codes.into_iter().map(|code| code.to_string()).collect();
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Meter, "sql/meters_of_codes.sql", s.ledger, s.generation, &codes[..]);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The readings of a meter, the newest day first; `after` is a day and a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn meter_readings(
        &self,
        ledger: LedgerId,
        meter: MeterId,
        ask: Ask<(NaiveDate, i64)>,
    ) -> Result<Read<Page<ReadingUsage>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (on, position) = ask.after.unwrap_or((day(CivilDate::MAX), i64::MAX));
                let rows = sqlx::query_file_as!(
                    ReadingUsage,
                    "sql/meter_readings.sql",
                    s.ledger,
                    s.generation,
                    meter.uuid(),
                    on,
                    position,
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// What total meters and unit meters of a kind, of one building or of the whole community, have counted between two days.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn meter_balance(
        &self,
        ledger: LedgerId,
        utility: Utility,
        building: Option<Label>,
        days: DateRange,
    ) -> Result<Read<Vec<Counted>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Counted,
                    "sql/meter_balance.sql",
                    s.ledger,
                    s.generation,
                    utility.as_str(),
                    building.as_ref().map(Label::as_str),
                    day(days.from()),
                    day(days.until())
                );
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
