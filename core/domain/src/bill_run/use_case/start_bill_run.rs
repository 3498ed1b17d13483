//! Starts a bill run; its units are billed by a command each, whose ids derive from run and unit, so it can be resumed.

use super::post_bill_run::needs_approval;
use crate::bill_run::{BillRunRefusal, BillRunStarted};
use crate::calendar::{CivilDate, Month};
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{BillRunId, FeeItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::value::Count;
use std::collections::BTreeSet;

/// A run begins to post, unit by unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartBillRun {
    /// The new run.
    pub run: BillRunId,
    /// Cycles that begin (advance) or end (arrears) in this month.
    pub month: Month,
    /// The items to bill, at most 50; none: every attached item.
    pub fee_items: Vec<FeeItemId>,
    /// Units it will visit.
    pub units: Count,
    /// From when on owners see their bills, within 60 days; from the day they are posted on when absent.
    pub publish_on: Option<CivilDate>,
}

/// Refuses a day of publication that is over or far away.
pub(super) fn must_be_near(draft: &Draft<'_>, publish_on: Option<CivilDate>) -> Result<(), Refusal> {
    let today = draft.context.today;
    match publish_on {
        Some(day) if day < today || day > today.plus_days(60) => {
            Err(BillRunRefusal::PublicationMustBeNear.at("/publish_on"))
        }
        _ => Ok(()),
    }
}

/// Refuses too many or repeated fee items.
pub(super) fn must_be_few(fee_items: &[FeeItemId]) -> Result<(), Refusal> {
    let unique: BTreeSet<FeeItemId> = fee_items.iter().copied().collect();
    if unique.len() == fee_items.len() && unique.len() <= 50 {
        Ok(())
    } else {
        Err(BillRunRefusal::FeeItemsMustBeFew.at("/fee_items"))
    }
}

/// Refuses fee items that a run cannot bill: too many, repeated, unknown.
pub(in crate::bill_run) fn must_be_known(draft: &Draft<'_>, fee_items: &[FeeItemId]) -> Result<(), Refusal> {
    must_be_few(fee_items)?;
    for fee_item in fee_items {
        if draft.fee_item(*fee_item).created().is_none() {
            return Err(FeeItemRefusal::FeeItemMustExist.at("/fee_items").with("fee_item", fee_item));
        }
    }
    Ok(())
}

impl Decide for StartBillRun {
    fn operation(&self) -> &'static str {
        "start_bill_run"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.bill_run(self.run).started().is_some() {
            return Err(BillRunRefusal::BillRunMustBeNew.into());
        }
        if needs_approval(draft) {
            return Err(BillRunRefusal::BillRunsMustBeApproved.into());
        }
        must_be_known(draft, &self.fee_items)?;
        must_be_near(draft, self.publish_on)?;
        let (month, fee_items, units) = (self.month, self.fee_items.clone(), self.units);
        draft.push(self.run, BillRunStarted { month, fee_items, units, publish_on: self.publish_on });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};
    use crate::unit::fixture::{ITEM, registered};

    #[test]
    fn a_run_is_started_once_with_known_items() {
        let start = StartBillRun {
            run: BillRunId(uuid(90)),
            month: "2026-01".parse().unwrap(),
            fee_items: vec![ITEM],
            units: Count(1),
            publish_on: None,
        };
        let mut story = registered();
        story.accepted(&start);
        assert_eq!(story.refused(&start), "bill_run_must_be_new");
        let again = |fee_items| StartBillRun { run: BillRunId(uuid(91)), fee_items, ..start.clone() };
        assert_eq!(story.refused(&again(vec![ITEM, ITEM])), "fee_items_must_be_few");
        assert_eq!(story.refused(&again(vec![FeeItemId(uuid(99))])), "fee_item_must_exist");
        story.accepted(&again(Vec::new()));
        let other = BillRunId(uuid(92));
        let on = |day: &str| StartBillRun { run: other, publish_on: day.parse().ok(), ..start.clone() };
        assert_eq!(story.refused(&on("2025-12-31")), "publication_must_be_near");
        assert_eq!(story.refused(&on("2026-03-03")), "publication_must_be_near");
        assert_eq!(Story::new().in_ledger(LedgerKind::Company).refused(&start), "ledger_must_be_of_kind");
    }
}
