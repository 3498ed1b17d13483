//! Takes a bill run back, unit by unit: what it charged is reversed in the open period, and its time may be billed again.

use super::{existing, must_stand_at};
use crate::account::{Charge, Lowering, corrections_must_be_off, reverse_live};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::bill_run::{BillRunRefusal, BillRunReversalStarted, BillRunReversed, BillRunStage};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, BillRunId, UnitId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::{Count, Label};
use std::sync::Arc;

/// Starts to reverse the charges of a run, of all of them or as far as they were posted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseBillRun {
    /// The run.
    pub run: BillRunId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// A run touches every unit alike.
impl Staked for ReverseBillRun {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (run, _) = existing(draft, self.run)?;
        Ok(Stake { amount: run.amount(), ..Stake::default() })
    }
}

impl Decide for ReverseBillRun {
    fn operation(&self) -> &'static str {
        "reverse_bill_run"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.run.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, stage) = existing(draft, self.run)?;
        if !matches!(stage, BillRunStage::Posting | BillRunStage::Posted) {
            return Err(BillRunRefusal::BillRunMustStand.with("stage", stage));
        }
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        draft.push(self.run, BillRunReversalStarted { reason: self.reason.clone(), approved, seen });
        Ok(())
    }
}

/// Reverses what a run charged one unit, also what a transfer has charged anew since; what was paid of it is credit again.
/// Its command id derives from run and unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReverseBillRunUnit {
    /// The run.
    pub run: BillRunId,
    /// The unit.
    pub unit: UnitId,
}

impl Decide for ReverseBillRunUnit {
    fn operation(&self) -> &'static str {
        "reverse_bill_run_unit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.run.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let run = must_stand_at(draft, self.run, BillRunStage::Reversing)?;
        let reversal = run.reversal().cloned().ok_or(BillRunRefusal::BillRunMustExist)?;
        drop(run);
        let account = AccountId::of_unit(self.unit);
        let of_run = |charge: &&Arc<Charge>| charge.run == Some(self.run) && !charge.reversed;
        let charges: Vec<Arc<Charge>> = draft.account(account).charges().filter(of_run).cloned().collect();
        if charges.is_empty() {
            return Err(CommonRefusal::CommandMustChangeSomething.into());
        }
        for charge in charges {
            corrections_must_be_off(&draft.account(account), &charge)?;
            let lowering = Lowering {
                amount: charge.owed,
                reason: reversal.reason.clone(),
                approved: reversal.approved.clone(),
                seen: reversal.seen.clone(),
            };
            reverse_live(draft, account, &charge, lowering)?;
        }
        Ok(())
    }
}

/// A run is taken back, with what its process has counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndBillRunReversal {
    /// The run.
    pub run: BillRunId,
    /// Charges reversed.
    pub charges: Count,
    /// What was owed of them.
    pub amount: Money,
    /// Units that a rule kept from it.
    pub skipped: Count,
}

impl Decide for EndBillRunReversal {
    fn operation(&self) -> &'static str {
        "end_bill_run_reversal"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.run.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_stand_at(draft, self.run, BillRunStage::Reversing)?;
        draft.push(self.run, BillRunReversed { charges: self.charges, amount: self.amount, skipped: self.skipped });
        Ok(())
    }
}
