//! Replaces the instrument of a meter 换表: the old one's last value and the new one's first are of one day, and what was
//! used goes on from there.

use super::{counting, free_code, last_before};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{MeterCodeId, MeterId};
use crate::meter::reading::{device_must_hold, total, value_must_fit};
use crate::meter::{Device, MeterRefusal, MeterReplaced};
use crate::meter_code::{MeterCodeReleased, MeterCodeTaken};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Code, Exact};

/// Another instrument counts from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplaceMeter {
    /// The meter.
    pub meter: MeterId,
    /// The day.
    pub on: CivilDate,
    /// What the old one shows.
    pub value: Exact,
    /// The old one has passed its highest number since the reading before.
    pub rolled_over: bool,
    /// Number of the new one; it may stay the same.
    pub code: Code,
    /// The new one.
    pub device: Device,
    /// What the new one shows.
    pub starts_at: Exact,
}

impl Decide for ReplaceMeter {
    fn operation(&self) -> &'static str {
        "replace_meter"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.meter.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = counting(draft, self.meter)?;
        let last = last_before(draft, &state, self.on)?;
        let old_code = state.code().cloned().ok_or(MeterRefusal::MeterMustExist)?;
        let claim = if self.code == old_code { None } else { Some(free_code(draft, &self.code)?) };
        let device = state.device().ok_or(MeterRefusal::MeterMustExist)?;
        let total = total(device, (last.goes_on_at, last.total), self.value, self.rolled_over)
            .map_err(|refusal| refusal.at("/value"))?;
        device_must_hold(&self.device)?;
        value_must_fit(&self.device, self.starts_at).map_err(|refusal| refusal.at("/starts_at"))?;
        drop(state);
        if let Some(claim) = claim {
            let old = MeterCodeId::of_code(draft.context.ledger_id, old_code.as_str());
            draft.push(old, MeterCodeReleased { meter: self.meter });
            draft.push(claim, MeterCodeTaken { code: self.code.clone(), meter: self.meter });
        }
        let replaced = MeterReplaced {
            reading: draft.mint("reading"),
            on: self.on,
            value: self.value,
            rolled_over: self.rolled_over,
            total,
            code: self.code.clone(),
            device: self.device.clone(),
            starts_at: self.starts_at,
        };
        draft.push(self.meter, replaced);
        Ok(())
    }
}
