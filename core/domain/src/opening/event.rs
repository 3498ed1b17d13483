//! Facts of a batch of openings: its control totals, its records, and how far they are posted or taken back.

use crate::approval::Approved;
use crate::calendar::{CivilDate, DateRange};
use crate::event::{events, facts};
use crate::id::{AccountId, FeeItemId, ImportId, PartyId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Code, Count, Label};
use crate::wire::words;

words! {
    /// What a control total of the old books is about.
    pub enum OpeningKind {
        /// 欠费: open charges.
        Charge = "charge",
        /// 违约金: late fees that were agreed.
        LateFee = "late_fee",
        /// 预存: unspent credit.
        Credit = "credit",
        /// 押金: deposits held.
        Deposit = "deposit",
    }
}

/// One line of the old books.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum OpeningRecord {
    /// An open charge.
    Charge {
        /// Whose account.
        account: AccountId,
        /// The fee item.
        fee_item: FeeItemId,
        /// Who owes it.
        obligor: PartyId,
        /// Service time.
        service: DateRange,
        /// When it was due.
        due_on: CivilDate,
        /// What is open of it.
        amount: Money,
    },
    /// A late fee that was agreed.
    LateFee {
        /// Whose account.
        account: AccountId,
        /// The fee item of the debt that was paid late.
        fee_item: FeeItemId,
        /// Who owes it.
        obligor: PartyId,
        /// Service time of that debt.
        service: DateRange,
        /// When that debt was due.
        due_on: CivilDate,
        /// What is open of it.
        amount: Money,
    },
    /// Unspent credit.
    Credit {
        /// Whose account.
        account: AccountId,
        /// Only for this fee item; absent: for whatever is owed.
        fee_item: Option<FeeItemId>,
        /// Whose money it is.
        holder: PartyId,
        /// What is unspent of it.
        amount: Money,
    },
    /// A deposit.
    Deposit {
        /// Whose account.
        account: AccountId,
        /// What it was taken for.
        fee_item: FeeItemId,
        /// Who paid it.
        payer: PartyId,
        /// Number of the receipt that the payer holds.
        old_receipt: Code,
        /// What is held of it.
        amount: Money,
    },
    /// What was billed already.
    BilledUntil {
        /// Whose account.
        account: AccountId,
        /// The fee item.
        fee_item: FeeItemId,
        /// The first day that is not billed yet.
        until: CivilDate,
    },
}

facts! {
    /// A total of the old books: what the records of a kind and fee item must sum to.
    pub struct ControlTotal {
        /// Of what.
        pub kind: OpeningKind,
        /// Of which fee item; absent for credit that is for none.
        pub fee_item: Option<FeeItemId>,
        /// How much.
        pub amount: Money,
    }
}

facts! {
    /// A batch begins: nothing of it posts yet.
    pub struct OpeningStarted {
        /// As the old books have them.
        pub totals: Vec<ControlTotal>,
        /// The file that the records come from.
        pub import: Option<ImportId>,
    }
    /// Some records of the batch, in order.
    pub struct OpeningRecordsAdded {
        /// Counted from 1.
        pub chunk: Count,
        /// The records.
        pub records: Vec<OpeningRecord>,
    }
    /// The totals agree and another has approved these records: they are being posted.
    pub struct OpeningPostingStarted {
        /// How many records.
        pub records: Count,
        /// Sum of their amounts.
        pub amount: Money,
        /// Requested by one, approved by another.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The draft was wrong: nothing of it ever posts.
    pub struct OpeningDiscarded {
        /// Why.
        pub reason: Label,
    }
    /// The records of a chunk stand in their accounts.
    pub struct OpeningChunkPosted {
        /// The chunk.
        pub chunk: Count,
    }
    /// A chunk could not be posted or taken back: the batch waits until somebody has mended what is in the way.
    pub struct OpeningChunkRefused {
        /// The chunk.
        pub chunk: Count,
        /// Code of the rule that refused it.
        pub rule: Label,
        /// The record that it refused, counted over the whole batch; absent: not one record's matter.
        pub record: Option<Count>,
        /// That record's account.
        pub account: Option<AccountId>,
    }
    /// What was in the way is mended: the batch goes on where it stopped.
    pub struct OpeningResumed {
    }
    /// Every record stands in its account, and the totals agree.
    pub struct OpeningCompleted {
        /// How many records.
        pub records: Count,
        /// Sum of their amounts.
        pub amount: Money,
    }
    /// The batch was wrong: what was posted of it is being taken back.
    pub struct OpeningReversalStarted {
        /// Why.
        pub reason: Label,
        /// Requested by one, approved by another.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The records of a chunk are taken back.
    pub struct OpeningChunkReversed {
        /// The chunk.
        pub chunk: Count,
    }
    /// Nothing of the batch stands in any account.
    pub struct OpeningReversed {
    }
}

events! {
    /// Facts of a `opening` stream.
    pub enum OpeningEvent of "opening" {
        OpeningStarted = "opening_started", 1;
        OpeningRecordsAdded = "opening_records_added", 1;
        OpeningPostingStarted = "opening_posting_started", 1;
        OpeningChunkPosted = "opening_chunk_posted", 1;
        OpeningChunkRefused = "opening_chunk_refused", 1;
        OpeningResumed = "opening_resumed", 1;
        OpeningCompleted = "opening_completed", 1;
        OpeningReversalStarted = "opening_reversal_started", 1;
        OpeningChunkReversed = "opening_chunk_reversed", 1;
        OpeningReversed = "opening_reversed", 1;
        OpeningDiscarded = "opening_discarded", 1;
    }
}

impl OpeningRecord {
    /// Whose account.
    pub fn account(&self) -> AccountId {
        match self {
            Self::Charge { account, .. }
            | Self::LateFee { account, .. }
            | Self::Credit { account, .. }
            | Self::Deposit { account, .. }
            | Self::BilledUntil { account, .. } => *account,
        }
    }

    /// Which control total it counts in, and with how much; none when it has no amount.
    pub fn counts(&self) -> Option<(OpeningKind, Option<FeeItemId>, Money)> {
        match self {
            Self::Charge { fee_item, amount, .. } => Some((OpeningKind::Charge, Some(*fee_item), *amount)),
            Self::LateFee { fee_item, amount, .. } => Some((OpeningKind::LateFee, Some(*fee_item), *amount)),
            Self::Credit { fee_item, amount, .. } => Some((OpeningKind::Credit, *fee_item, *amount)),
            Self::Deposit { fee_item, amount, .. } => Some((OpeningKind::Deposit, Some(*fee_item), *amount)),
            Self::BilledUntil { .. } => None,
        }
    }
}
