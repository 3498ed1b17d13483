//! Meters: how they are registered, read, checked, corrected, replaced and removed, and what they have counted.

use super::payment::authority;
use crate::app::App;
use crate::body::{bodies, rules};
use crate::command::commands;
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::community;
use mingzhang_domain::id::{ApprovalId, MeterId, UnitId};
use mingzhang_domain::meter::{self, Device, NewReading, OpeningReading, ReadingKind};
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::value::{Code, Count, Digest, Exact, Label};
use mingzhang_projections::meter::{Counted, Meter, MeterStatus, MetersOf, ReadingUsage};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Digits before the point of most meters.
const DIGITS: Count = Count(5);

bodies! {
    /// An instrument.
    pub struct DeviceBody {
        /// Digits before the point, 3–8; 5 when absent.
        pub digits: Option<Count>,
        /// 倍率: what one step of the reading stands for, with at most one decimal; 1 when absent.
        pub multiplier: Option<Exact>,
        /// 反装: it counts down.
        pub reversed: Option<bool>,
    }

    /// Where a meter stands at the beginning.
    pub struct OpeningReadingBody {
        /// The day; what is used from it on is billed.
        pub on: CivilDate,
        /// What it shows.
        pub value: Exact,
        /// Used before in the calendar year of that day: where its tiers stand.
        pub used_this_year: Option<Exact>,
    }

    /// A reading.
    pub struct ReadingBody {
        /// The meter.
        pub meter: MeterId,
        /// The day, after that of the reading before and not to come.
        pub on: CivilDate,
        /// What it shows, with at most three decimals.
        pub value: Exact,
        /// True when it has passed its highest number since the reading before.
        pub rolled_over: Option<bool>,
        /// `actual` when absent.
        pub kind: Option<ReadingKind>,
        /// SHA-256 of the photo that was taken of it.
        pub photo: Option<Digest>,
    }
}

fn device(body: Option<DeviceBody>) -> Device {
    let one = Exact::new(Decimal::ONE).unwrap_or_default();
    let body = body.unwrap_or(DeviceBody { digits: None, multiplier: None, reversed: None });
    Device {
        digits: body.digits.unwrap_or(DIGITS),
        multiplier: body.multiplier.unwrap_or(one),
        reversed: body.reversed.unwrap_or(false),
    }
}

impl From<OpeningReadingBody> for OpeningReading {
    fn from(body: OpeningReadingBody) -> Self {
        Self { on: body.on, value: body.value, used_this_year: body.used_this_year }
    }
}

impl From<ReadingBody> for NewReading {
    fn from(body: ReadingBody) -> Self {
        Self {
            meter: body.meter,
            on: body.on,
            value: body.value,
            rolled_over: body.rolled_over.unwrap_or(false),
            kind: body.kind.unwrap_or(ReadingKind::Actual),
            photo: body.photo,
        }
    }
}

commands! {
    /// Registers a meter with its opening reading; nothing is billed for what it counted before.
    pub RegisterMeter(RegisterMeterBody) = "register_meter" |call, body| {
        /// The unit whose use it counts; absent: a total meter 总表.
        unit: Option<UnitId>,
        /// The building that a total meter is of; absent: the whole community's.
        building: Option<Label>,
        /// What it counts.
        utility: Utility,
        /// 表号, unique in the community.
        code: Code,
        /// The instrument.
        device: Option<DeviceBody>,
        /// Where it stands.
        opening: OpeningReadingBody,
    } => meter::RegisterMeter {
        meter: mint(),
        unit: body.unit,
        building: body.building,
        utility: body.utility,
        code: body.code,
        device: device(body.device),
        opening: body.opening.into(),
    };

    /// Records readings of meters, all of them or none; those far from a meter's history are held for a person.
    pub RecordReadings(RecordReadingsBody) = "record_readings" |call, body| {
        /// 1–50, each meter once.
        readings: Vec<ReadingBody>,
    } => meter::RecordReadings { readings: body.readings.into_iter().map(NewReading::from).collect() };

    /// Accepts a held reading: what was used is billed like any usage.
    pub AcceptReading(AcceptReadingBody) = "accept_reading" |call, body| {
        /// Why.
        reason: Label,
    } => meter::AcceptReading { meter: call.id("meter")?, reading: call.id("reading")?, reason: body.reason };

    /// Rejects a held reading, as if it had not been taken.
    pub RejectReading(RejectReadingBody) = "reject_reading" |call, body| {
        /// Why.
        reason: Label,
    } => meter::RejectReading { meter: call.id("meter")?, reading: call.id("reading")?, reason: body.reason };

    /// Corrects a reading; what was billed on it is charged or lowered by the difference.
    pub CorrectReading(CorrectReadingBody) = "correct_reading" |call, body| {
        /// What it showed.
        value: Exact,
        /// True when it had passed its highest number since the reading before.
        rolled_over: Option<bool>,
        /// Why.
        reason: Label,
        /// The approval; needed when charges are lowered by more than the caller decides alone.
        approval: Option<ApprovalId>,
    } asks meter::CorrectReading => meter::CorrectReading {
        meter: call.id("meter")?,
        reading: call.id("reading")?,
        value: body.value,
        rolled_over: body.rolled_over.unwrap_or(false),
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Replaces the instrument of a meter 换表; what was used goes on from there.
    pub ReplaceMeter(ReplaceMeterBody) = "replace_meter" |call, body| {
        /// The day.
        on: CivilDate,
        /// What the old one shows.
        value: Exact,
        /// True when the old one has passed its highest number since the reading before.
        rolled_over: Option<bool>,
        /// Number of the new one; it may stay the same.
        code: Code,
        /// The new one.
        device: Option<DeviceBody>,
        /// What the new one shows; 0 when absent.
        starts_at: Option<Exact>,
    } => meter::ReplaceMeter {
        meter: call.id("meter")?,
        on: body.on,
        value: body.value,
        rolled_over: body.rolled_over.unwrap_or(false),
        code: body.code,
        device: device(body.device),
        starts_at: body.starts_at.unwrap_or_default(),
    };

    /// Removes a meter with its last reading; its number is free.
    pub RemoveMeter(RemoveMeterBody) = "remove_meter" |call, body| {
        /// The day.
        on: CivilDate,
        /// What it shows.
        value: Exact,
        /// True when it has passed its highest number since the reading before.
        rolled_over: Option<bool>,
        /// Why.
        reason: Label,
    } => meter::RemoveMeter {
        meter: call.id("meter")?,
        on: body.on,
        value: body.value,
        rolled_over: body.rolled_over.unwrap_or(false),
        reason: body.reason,
    };

    /// Sets from when on what a meter counts is far from its own history, for readings recorded from now on.
    pub SetMeterCheck(SetMeterCheckBody) = "set_meter_check" |call, body| {
        /// So many times the average a day, 1–1000; 3 until it is set.
        factor: Exact,
        /// Readings that a history has at least, 1–24; 3 until it is set.
        readings: Count,
        /// Used a day at most, whatever the history; absent: no limit.
        daily_limit: Option<Exact>,
    } => community::SetMeterCheck {
        factor: body.factor,
        readings: body.readings,
        daily_limit: body.daily_limit,
    };
}

reads! {
    /// Lists meters in the order they were registered.
    pub ListMeters = "list_meters", page of Meter, by i64 |meter| meter.position,
    takes {
        unit: Uuid = UUID, "Only of this unit.";
        utility: Utility = WORD, "Only those that count this.";
        status: MeterStatus = WORD, "Only those that are so.";
    }
    |app, ledger, ids, ask| app.read_models.meters(ledger, MetersOf { unit: unit.map(UnitId), utility, status }, ask);

    /// Answers a meter.
    pub GetMeter = "get_meter", one of Meter,
    takes {}
    |app, ledger, ids| app.read_models.meter(ledger, ids.get("meter")?);

    /// Lists the readings of a meter, the newest day first.
    pub ListMeterReadings = "list_meter_readings", page of ReadingUsage,
        by (chrono::NaiveDate, i64) |reading| (reading.read_on, reading.position),
    takes {}
    |app, ledger, ids, ask| app.read_models.meter_readings(ledger, ids.get::<MeterId>("meter")?, ask);
}

/// Answers what total meters have counted beside the meters of units, and the loss between them.
#[derive(Debug)]
pub struct GetMeterBalance;

impl Query for GetMeterBalance {
    const OPERATION: &'static str = "get_meter_balance";
    const SUMMARY: &'static str = "Answers what total meters have counted between two days beside the meters of units, and the loss 损耗 between them. Each meter counts by its newest readings up to both days.";

    fn parameters() -> Vec<crate::endpoint::Parameter> {
        crate::reads::reads!(@parameters
            utility: Utility = WORD, "What they count.";
            from: CivilDate = DATE_FORM, "First day.";
            until: CivilDate = DATE_FORM, "The day after the last.";
            building: Label = LABEL, "Only this building; absent: the whole community, with its own total meters.";
        )
    }

    fn answer() -> Value {
        let quantity = json!({"type": "string", "format": "decimal"});
        let side = json!({"type": "object", "required": ["meters", "read", "usage"], "properties": {
            "meters": {"type": "integer"},
            "read": {"type": "integer", "description": "Those that were read in these days."},
            "usage": quantity,
        }});
        json!({"type": "object", "required": ["totals", "units", "loss"], "properties": {
            "totals": side,
            "units": side,
            "loss": quantity,
            "loss_rate": {"type": "string", "format": "decimal", "description": "Of what total meters counted, with 4 decimals; absent when that is nothing."},
        }})
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let utility: Option<Utility> = ask.parameters.take("utility", rules::WORD)?;
        let from: Option<CivilDate> = ask.parameters.take("from", rules::DATE_FORM)?;
        let until: Option<CivilDate> = ask.parameters.take("until", rules::DATE_FORM)?;
        let building: Option<Label> = ask.parameters.take("building", rules::LABEL)?;
        ask.parameters.finish()?;
        let required = |name: &str| Problem::bad_parameter().at(name, rules::REQUIRED);
        let utility = utility.ok_or_else(|| required("utility"))?;
        let (from, until) = (from.ok_or_else(|| required("from"))?, until.ok_or_else(|| required("until"))?);
        let days = DateRange::new(from, until).map_err(|_| Problem::bad_parameter().at("until", rules::RANGE_ORDER))?;
        let read = app.read_models.meter_balance(ask.ledger, utility, building, days).await?;
        Ok(Reply { body: balance(&read.value), position: read.position })
    }
}

fn balance(counted: &[Counted]) -> Value {
    let side = |is_total: bool| {
        let found = counted.iter().find(|counted| counted.is_total == is_total);
        let usage = found.and_then(|counted| counted.usage).map(|usage| usage.0.decimal()).unwrap_or_default();
        let (meters, read) = found.map(|counted| (counted.meters, counted.read)).unwrap_or_default();
        (usage, json!({"meters": meters, "read": read, "usage": usage.normalize().to_string()}))
    };
    let ((total, totals), (unit, units)) = (side(true), side(false));
    let loss = total.saturating_sub(unit);
    let rate = loss.checked_mul(Decimal::from(10_000)).and_then(|loss| loss.checked_div(total));
    let mut body = json!({"totals": totals, "units": units, "loss": loss.normalize().to_string()});
    if let Some(rate) = rate {
        // Half away from zero, as rates are everywhere.
        let rate = rate.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        let rate = rate.checked_div(Decimal::from(10_000)).unwrap_or_default();
        body["loss_rate"] = json!(format!("{rate:.4}"));
    }
    body
}
