//! Drafts a bill run: what each unit would be charged is written down, for people to look at before anything is charged.

use super::start_bill_run::must_be_known;
use crate::bill_run::{BillRunDraftStarted, BillRunRefusal};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::id::{BillRunId, FeeItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::value::Count;

/// A run begins to be drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftBillRun {
    /// The new run.
    pub run: BillRunId,
    /// Cycles that begin (advance) or end (arrears) in this month.
    pub month: Month,
    /// The items to bill, at most 50; none: every attached item.
    pub fee_items: Vec<FeeItemId>,
    /// Units it will visit.
    pub units: Count,
}

impl Decide for DraftBillRun {
    fn operation(&self) -> &'static str {
        "draft_bill_run"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.bill_run(self.run).started().is_some() {
            return Err(BillRunRefusal::BillRunMustBeNew.into());
        }
        must_be_known(draft, &self.fee_items)?;
        let (month, fee_items, units) = (self.month, self.fee_items.clone(), self.units);
        draft.push(self.run, BillRunDraftStarted { month, fee_items, units });
        Ok(())
    }
}
