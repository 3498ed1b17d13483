//! Discards a draft of a bill run: nothing of it is ever charged.

use super::existing;
use crate::bill_run::{BillRunDiscarded, BillRunRefusal, BillRunStage};
use crate::draft::{Decide, Draft};
use crate::id::BillRunId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Gives a draft up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscardBillRun {
    /// The run.
    pub run: BillRunId,
    /// Why.
    pub reason: Label,
}

impl Decide for DiscardBillRun {
    fn operation(&self) -> &'static str {
        "discard_bill_run"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.run.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, stage) = existing(draft, self.run)?;
        if !matches!(stage, BillRunStage::Drafting | BillRunStage::Drafted) {
            return Err(BillRunRefusal::BillRunMustBeUnposted.with("stage", stage));
        }
        draft.push(self.run, BillRunDiscarded { reason: self.reason.clone() });
        Ok(())
    }
}
