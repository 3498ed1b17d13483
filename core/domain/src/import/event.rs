//! Facts of an import: which file, how far, and what the old system recorded of payments; other rows are commands of their own.

use crate::calendar::{CivilDate, DateRange};
use crate::event::{events, facts};
use crate::id::{AccountId, FeeItemId, HistoryId, VaultItemId};
use crate::money::Money;
use crate::value::{Code, Count, Digest, Label};

facts! {
    /// A payment that the old system recorded: a memo, which posts nothing.
    pub struct HistoryRow {
        /// Derived from what the row says: the same payment in two files is one.
        pub history: HistoryId,
        /// Whose account.
        pub account: AccountId,
        /// What it was paid for, in the old system's words.
        pub item: Label,
        /// The fee item of that name, if there is one.
        pub fee_item: Option<FeeItemId>,
        /// Service time.
        pub service: Option<DateRange>,
        /// The day it was paid.
        pub paid_on: CivilDate,
        /// What was due.
        pub due: Option<Money>,
        /// What was paid.
        pub paid: Money,
        /// Number of the old receipt or payment.
        pub reference: Option<Code>,
        /// Who paid, who took it and what was noted, in the vault.
        pub note: Option<VaultItemId>,
    }
}

facts! {
    /// A file begins to be posted.
    pub struct ImportStarted {
        /// Kind of file.
        pub kind: Label,
        /// SHA-256 of the file.
        pub file: Digest,
        /// Rows to post.
        pub rows: Count,
    }
    /// All rows are posted.
    pub struct ImportCompleted {
        /// Rows posted.
        pub posted: Count,
        /// Rows refused.
        pub refused: Count,
    }
    /// Some payments of the old system, in the order of the file: a memo, which posts nothing.
    pub struct HistoryRecorded {
        /// Counted from 1.
        pub chunk: Count,
        /// The payments.
        pub rows: Vec<HistoryRow>,
    }
    /// The file was the wrong one: what it said of payments is shown no more.
    pub struct HistoryWithdrawn {
        /// Why.
        pub reason: Label,
    }
}

events! {
    /// Facts of a `import` stream.
    pub enum ImportEvent of "import" {
        ImportStarted = "import_started", 1;
        ImportCompleted = "import_completed", 1;
        HistoryRecorded = "history_recorded", 1;
        HistoryWithdrawn = "history_withdrawn", 1;
    }
}
