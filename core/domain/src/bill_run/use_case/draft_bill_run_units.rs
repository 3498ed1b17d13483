//! Writes down what some units would be charged; and ends the draft once every unit was visited.

use super::{BillScope, BillUnit, must_stand_at};
use crate::bill_run::{BillRunDrafted, BillRunRefusal, BillRunStage, BillRunUnitsDrafted, UnitDraft, seen};
use crate::draft::{Decide, Draft};
use crate::id::{BillRunId, UnitId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::Count;

/// The most units that one fact holds.
pub const DRAFTED_AT_ONCE: usize = 50;

/// Plans some units of a run; those that were planned before are passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftBillRunUnits {
    /// The run.
    pub run: BillRunId,
    /// The units, at most [`DRAFTED_AT_ONCE`].
    pub units: Vec<UnitId>,
}

impl Decide for DraftBillRunUnits {
    fn operation(&self) -> &'static str {
        "draft_bill_run_units"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let bill = |unit: &UnitId| BillUnit { unit: *unit, scope: BillScope::Run(self.run) }.needs();
        self.units.iter().flat_map(bill).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let run = must_stand_at(draft, self.run, BillRunStage::Drafting)?;
        if self.units.len() > DRAFTED_AT_ONCE {
            return Err(BillRunRefusal::UnitsMustBeFew.into());
        }
        let mut units = Vec::with_capacity(self.units.len());
        for unit in self.units.iter().filter(|unit| !run.drafts().contains_key(unit)) {
            units.push(planned(draft, self.run, *unit)?);
        }
        if units.is_empty() {
            return Err(CommonRefusal::CommandMustChangeSomething.into());
        }
        draft.push(self.run, BillRunUnitsDrafted { units });
        Ok(())
    }
}

fn planned(draft: &Draft<'_>, run: BillRunId, unit: UnitId) -> Result<UnitDraft, Refusal> {
    let specs = BillUnit { unit, scope: BillScope::Run(run) }.specs(draft)?;
    let mut amount = Money::ZERO;
    for spec in &specs {
        let net = spec.discounts.iter().try_fold(spec.gross, |left, discount| left.minus(discount.amount))?;
        amount = amount.plus(net)?;
    }
    Ok(UnitDraft { unit, charges: count(specs.len()), amount, digest: seen::of_unit(&specs)? })
}

/// Ends a draft: it waits to be posted or discarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndBillRunDraft {
    /// The run.
    pub run: BillRunId,
}

impl Decide for EndBillRunDraft {
    fn operation(&self) -> &'static str {
        "end_bill_run_draft"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.run.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let run = must_stand_at(draft, self.run, BillRunStage::Drafting)?;
        let (mut units, mut charges, mut amount) = (0, 0_u32, Money::ZERO);
        for unit in run.drafts().values() {
            units += usize::from(unit.digest.is_some());
            charges = charges.saturating_add(unit.charges.0);
            amount = amount.plus(unit.amount)?;
        }
        let digest = seen::of_run(run.drafts());
        draft.push(self.run, BillRunDrafted { units: count(units), charges: Count(charges), amount, digest });
        Ok(())
    }
}

fn count(n: usize) -> Count {
    Count(u32::try_from(n).unwrap_or(u32::MAX))
}
