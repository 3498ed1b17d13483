//! Notes that a rule refused a unit of a run as a whole: it is skipped, and its neighbours are billed, or taken back.

use super::existing;
use crate::bill_run::{BillRunRefusal, BillRunStage, UnitSkipped};
use crate::draft::{Decide, Draft};
use crate::id::{BillRunId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// A unit that cannot be billed at all, or not be taken back, is left out of a run.
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
        let (run, stage) = existing(draft, self.run)?;
        if !matches!(stage, BillRunStage::Posting | BillRunStage::Reversing) {
            return Err(BillRunRefusal::BillRunMustBeOpen.with("stage", stage));
        }
        if run.has_refused(self.unit) {
            return Err(BillRunRefusal::UnitMustNotBeSkipped.with("unit", self.unit));
        }
        draft.push(self.run, UnitSkipped { unit: self.unit, skips: Vec::new(), rule: Some(self.rule.clone()) });
        Ok(())
    }
}
