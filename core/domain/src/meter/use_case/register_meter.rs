//! Registers a meter with where it stands: nothing is billed for what it counted before.

use super::{free_code, must_be_past};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{MeterId, UnitId};
use crate::ledger::{LedgerKind, must_be};
use crate::meter::reading::{device_must_hold, value_must_fit};
use crate::meter::{Device, MeterOpeningRead, MeterRefusal, MeterRegistered};
use crate::meter_code::MeterCodeTaken;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::supplier_bill::Utility;
use crate::unit::{MeterInstalled, UnitRefusal};
use crate::value::{Code, Exact, Label};
use rust_decimal::Decimal;

/// More meters than any unit has in its life.
const METERS_LIMIT: usize = 20;

/// Where a meter stands at the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningReading {
    /// The day; what is used from it on is billed.
    pub on: CivilDate,
    /// What it shows.
    pub value: Exact,
    /// Used before in the calendar year of that day: where its tiers stand.
    pub used_this_year: Option<Exact>,
}

/// A new meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterMeter {
    /// The new meter.
    pub meter: MeterId,
    /// The unit whose use it counts; absent: a total meter 总表.
    pub unit: Option<UnitId>,
    /// The building that a total meter is of; absent: the whole community's.
    pub building: Option<Label>,
    /// What it counts.
    pub utility: Utility,
    /// 表号, unique in the community.
    pub code: Code,
    /// The instrument.
    pub device: Device,
    /// Where it stands.
    pub opening: OpeningReading,
}

impl Decide for RegisterMeter {
    fn operation(&self) -> &'static str {
        "register_meter"
    }

    fn needs(&self) -> Vec<StreamRef> {
        std::iter::once(self.meter.into()).chain(self.unit.map(StreamRef::from)).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.meter(self.meter).registered().is_some() {
            return Err(MeterRefusal::MeterMustBeNew.into());
        }
        if self.unit.is_some() && self.building.is_some() {
            return Err(MeterRefusal::MeterMustHaveOnePlace.at("/building"));
        }
        let claim = free_code(draft, &self.code)?;
        device_must_hold(&self.device)?;
        value_must_fit(&self.device, self.opening.value).map_err(|refusal| refusal.at("/opening/value"))?;
        must_be_past(draft, self.opening.on).map_err(|refusal| refusal.at("/opening/on"))?;
        if self.opening.used_this_year.is_some_and(|used| used.decimal() < Decimal::ZERO || used.decimal().scale() > 4)
        {
            return Err(MeterRefusal::UsageMustBeInRange.at("/opening/used_this_year"));
        }
        if let Some(unit) = self.unit {
            let state = draft.unit(unit);
            if state.registered().is_none() {
                return Err(UnitRefusal::UnitMustExist.with("unit", unit).at("/unit"));
            }
            if state.meters().len() >= METERS_LIMIT {
                return Err(MeterRefusal::TooManyMeters.into());
            }
        }
        draft.push(claim, MeterCodeTaken { code: self.code.clone(), meter: self.meter });
        self.push_facts(draft);
        Ok(())
    }
}

impl RegisterMeter {
    fn push_facts(&self, draft: &mut Draft<'_>) {
        draft.push(
            self.meter,
            MeterRegistered {
                unit: self.unit,
                building: self.building.clone(),
                utility: self.utility,
                code: self.code.clone(),
                device: self.device.clone(),
            },
        );
        let OpeningReading { on, value, used_this_year } = self.opening.clone();
        let reading = draft.mint("reading");
        draft.push(self.meter, MeterOpeningRead { reading, on, value, used_this_year });
        if let Some(unit) = self.unit {
            draft.push(unit, MeterInstalled { meter: self.meter, utility: self.utility });
        }
    }
}
