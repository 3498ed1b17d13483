//! Facts of a bill run: which cycles it bills, what was seen before it was posted; the charges are in the accounts.

use super::plan::Skip;
use crate::approval::Approved;
use crate::calendar::{CivilDate, Month};
use crate::event::{events, facts};
use crate::id::{FeeItemId, UnitId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Count, Digest, Label};

facts! {
    /// A run begins to be drafted: what each unit would be charged is written down, and nothing is charged.
    pub struct BillRunDraftStarted {
        /// Cycles that begin (advance) or end (arrears) in this month.
        pub month: Month,
        /// The items to bill.
        #[serde(default)]
        pub fee_items: Vec<FeeItemId>,
        /// Units it will visit.
        pub units: Count,
    }
    /// What a unit would be charged.
    pub struct UnitDraft {
        /// The unit.
        pub unit: UnitId,
        /// Month charges.
        pub charges: Count,
        /// Sum of them.
        pub amount: Money,
        /// Digest of them; absent when there is none.
        pub digest: Option<Digest>,
    }
    /// What some units would be charged.
    pub struct BillRunUnitsDrafted {
        /// The units, at most 50.
        #[serde(default)]
        pub units: Vec<UnitDraft>,
    }
    /// Every unit was visited: the draft waits to be posted or discarded.
    pub struct BillRunDrafted {
        /// Units that would be charged for something.
        pub units: Count,
        /// Month charges.
        pub charges: Count,
        /// Sum of them.
        pub amount: Money,
        /// Digest of all that would be charged.
        pub digest: Digest,
    }
    /// The draft is posted as it was seen.
    pub struct BillRunPostingStarted {
        /// Digest of what was seen.
        pub digest: Digest,
        /// From when on owners see their bills; from the day they are posted on when absent.
        pub publish_on: Option<CivilDate>,
        /// On whose word; absent where the community asks for none.
        pub approved: Option<Approved>,
        /// The company facts that the word rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The draft was given up: nothing of it is ever charged.
    pub struct BillRunDiscarded {
        /// Why.
        pub reason: Label,
    }
    /// A run begins to post, unit by unit, resumable.
    pub struct BillRunStarted {
        /// Cycles that begin (advance) or end (arrears) in this month.
        pub month: Month,
        /// The items billed.
        #[serde(default)]
        pub fee_items: Vec<FeeItemId>,
        /// Units it will visit.
        pub units: Count,
        /// From when on owners see their bills; from the day they are posted on when absent.
        pub publish_on: Option<CivilDate>,
    }
    /// A unit was visited, and something of it is not billed, or not taken back.
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
    /// The run was a mistake: its charges are reversed, unit by unit, resumable.
    pub struct BillRunReversalStarted {
        /// Why.
        pub reason: Label,
        /// On whose word.
        pub approved: Approved,
        /// The company facts that the word rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Nothing of the run is charged any more, but for units that a rule kept from it.
    pub struct BillRunReversed {
        /// Charges reversed.
        pub charges: Count,
        /// What was owed of them.
        pub amount: Money,
        /// Units that a rule kept from it.
        pub skipped: Count,
    }
}

events! {
    /// Facts of a `bill_run` stream.
    pub enum BillRunEvent of "bill_run" {
        BillRunDraftStarted = "bill_run_draft_started", 1;
        BillRunUnitsDrafted = "bill_run_units_drafted", 1;
        BillRunDrafted = "bill_run_drafted", 1;
        BillRunPostingStarted = "bill_run_posting_started", 1;
        BillRunDiscarded = "bill_run_discarded", 1;
        BillRunStarted = "bill_run_started", 1;
        UnitSkipped = "unit_skipped", 1;
        BillRunCompleted = "bill_run_completed", 1;
        BillRunReversalStarted = "bill_run_reversal_started", 1;
        BillRunReversed = "bill_run_reversed", 1;
    }
}
