//! Removes a meter with its last reading; what it counted is billed like any usage, and its number is free.

use super::{counting, last_before};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{MeterCodeId, MeterId};
use crate::meter::reading::total;
use crate::meter::{MeterRefusal, MeterRemoved};
use crate::meter_code::MeterCodeReleased;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Exact, Label};

/// A meter is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveMeter {
    /// The meter.
    pub meter: MeterId,
    /// The day.
    pub on: CivilDate,
    /// What it shows.
    pub value: Exact,
    /// It has passed its highest number since the reading before.
    pub rolled_over: bool,
    /// Why.
    pub reason: Label,
}

impl Decide for RemoveMeter {
    fn operation(&self) -> &'static str {
        "remove_meter"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.meter.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = counting(draft, self.meter)?;
        let last = last_before(draft, &state, self.on)?;
        let code = state.code().cloned().ok_or(MeterRefusal::MeterMustExist)?;
        let device = state.device().ok_or(MeterRefusal::MeterMustExist)?;
        let total = total(device, (last.goes_on_at, last.total), self.value, self.rolled_over)
            .map_err(|refusal| refusal.at("/value"))?;
        drop(state);
        let removed = MeterRemoved {
            reading: draft.mint("reading"),
            on: self.on,
            value: self.value,
            rolled_over: self.rolled_over,
            total,
            reason: self.reason.clone(),
        };
        draft.push(self.meter, removed);
        let claim = MeterCodeId::of_code(draft.context.ledger_id, code.as_str());
        draft.push(claim, MeterCodeReleased { meter: self.meter });
        Ok(())
    }
}
