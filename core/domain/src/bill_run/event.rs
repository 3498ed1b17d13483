//! Facts of a bill run: which cycles it bills; the charges are in the accounts.

use super::plan::Skip;
use crate::calendar::Month;
use crate::event::{events, facts};
use crate::id::{FeeItemId, UnitId};
use crate::money::Money;
use crate::value::{Count, Label};

facts! {
    /// A run begins to post, unit by unit, resumable.
    pub struct BillRunStarted {
        /// Cycles that begin (advance) or end (arrears) in this month.
        pub month: Month,
        /// The items billed.
        #[serde(default)]
        pub fee_items: Vec<FeeItemId>,
        /// Units it will visit.
        pub units: Count,
    }
    /// A unit was visited, and something of it is not billed.
    pub struct UnitSkipped {
        /// The unit.
        pub unit: UnitId,
        /// What is left out, and why.
        #[serde(default)]
        pub skips: Vec<Skip>,
        /// Code of the rule that refused the whole unit, if one did.
        pub rule: Option<Label>,
    }
    /// Every unit was visited.
    pub struct BillRunCompleted {
        /// Month charges posted.
        pub charges: Count,
        /// Sum of them.
        pub amount: Money,
        /// Units of which something was skipped.
        pub skipped: Count,
    }
}

events! {
    /// Facts of a `bill_run` stream.
    pub enum BillRunEvent of "bill_run" {
        BillRunStarted = "bill_run_started", 1;
        UnitSkipped = "unit_skipped", 1;
        BillRunCompleted = "bill_run_completed", 1;
    }
}
