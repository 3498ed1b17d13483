//! Bill runs: started by a person, posted by the worker, unit by unit.

use crate::body::bodies;
use crate::command::{Call, Command};
use crate::ids::mint;
use crate::problem::Problem;
use crate::workers::bill_run::units;
use mingzhang_domain::bill_run;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::FeeItemId;
use mingzhang_domain::value::Count;
use std::sync::Arc;

bodies! {
    /// Which cycles are billed.
    pub struct StartBillRunBody {
        /// Cycles that begin (advance) or end (arrears) in this month.
        pub month: Month,
        /// The items to bill, at most 50; absent: every attached item.
        pub fee_items: Option<Vec<FeeItemId>>,
    }
}

/// Starts a bill run over every unit; its progress is read from the run.
#[derive(Debug)]
pub struct StartBillRun;

impl Command for StartBillRun {
    const OPERATION: &'static str = "start_bill_run";
    const SUMMARY: &'static str = "Starts a bill run over every unit; its progress is read from the run.";
    type Body = StartBillRunBody;
    async fn wish(call: &mut Call<'_>, body: StartBillRunBody) -> Result<Arc<dyn Decide>, Problem> {
        let units = units(call.app, call.ledger).await?.len();
        Ok(Arc::new(bill_run::StartBillRun {
            run: mint(),
            month: body.month,
            fee_items: body.fee_items.unwrap_or_default(),
            units: Count(u32::try_from(units).unwrap_or(u32::MAX)),
        }))
    }
}
