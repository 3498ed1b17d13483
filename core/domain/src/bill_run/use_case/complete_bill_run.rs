//! Completes a bill run: every unit was visited; a later command of the run is refused.

use super::must_stand_at;
use crate::bill_run::{BillRunCompleted, BillRunStage};
use crate::draft::{Decide, Draft};
use crate::id::BillRunId;
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::Count;

/// A run ends, with what its process has counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteBillRun {
    /// The run.
    pub run: BillRunId,
    /// Month charges posted.
    pub charges: Count,
    /// Sum of them.
    pub amount: Money,
    /// Units of which something was skipped.
    pub skipped: Count,
}

impl Decide for CompleteBillRun {
    fn operation(&self) -> &'static str {
        "complete_bill_run"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.run.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_stand_at(draft, self.run, BillRunStage::Posting)?;
        if self.amount.is_negative() {
            return Err(CommonRefusal::AmountMustBeInRange.at("/amount"));
        }
        draft.push(self.run, BillRunCompleted { charges: self.charges, amount: self.amount, skipped: self.skipped });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bill_run::BillRunStarted;
    use crate::testing::{Story, uuid};

    #[test]
    fn a_run_ends_once() {
        let complete = CompleteBillRun {
            run: BillRunId(uuid(90)),
            charges: Count(3),
            amount: "300.00".parse().unwrap(),
            skipped: Count(0),
        };
        assert_eq!(Story::new().refused(&complete), "bill_run_must_exist");
        let mut story = Story::new().given(
            complete.run,
            BillRunStarted {
                month: "2026-01".parse().unwrap(),
                fee_items: Vec::new(),
                units: Count(1),
                publish_on: None,
            },
        );
        let negative = CompleteBillRun { amount: "-0.01".parse().unwrap(), ..complete.clone() };
        assert_eq!(story.refused(&negative), "amount_must_be_in_range");
        story.accepted(&complete);
        assert_eq!(story.refused(&complete), "bill_run_must_be_open");
    }
}
