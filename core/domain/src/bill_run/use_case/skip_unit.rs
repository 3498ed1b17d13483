//! Notes that a rule refused a unit of a run as a whole: it is skipped, and its neighbours are billed.

use crate::bill_run::{BillRunRefusal, UnitSkipped};
use crate::draft::{Decide, Draft};
use crate::id::{BillRunId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// A unit that cannot be billed at all is left out of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkipUnit {
    /// The run.
    pub run: BillRunId,
    /// The unit.
    pub unit: UnitId,
    /// Code of the rule.
    pub rule: Label,
}

impl Decide for SkipUnit {
    fn operation(&self) -> &'static str {
        "skip_unit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.run.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let run = draft.bill_run(self.run);
        if run.started().is_none() {
            return Err(BillRunRefusal::BillRunMustExist.into());
        }
        if run.is_completed() {
            return Err(BillRunRefusal::BillRunMustBeOpen.into());
        }
        if run.has_refused(self.unit) {
            return Err(BillRunRefusal::UnitMustNotBeSkipped.with("unit", self.unit));
        }
        draft.push(self.run, UnitSkipped { unit: self.unit, skips: Vec::new(), rule: Some(self.rule.clone()) });
        Ok(())
    }
}
