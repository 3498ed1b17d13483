//! Facts of a bill run: which cycles it bills; the charges are in the accounts.

use crate::calendar::Month;
use crate::event::{events, facts};
use crate::id::FeeItemId;
use crate::money::Money;
use crate::value::Count;

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
    /// Every unit was visited.
    pub struct BillRunCompleted {
        /// Month charges posted.
        pub charges: Count,
        /// Sum of them.
        pub amount: Money,
        /// Units and items skipped.
        pub skipped: Count,
    }
}

events! {
    /// Facts of a `bill_run` stream.
    pub enum BillRunEvent of "bill_run" {
        BillRunStarted = "bill_run_started", 1;
        BillRunCompleted = "bill_run_completed", 1;
    }
}
