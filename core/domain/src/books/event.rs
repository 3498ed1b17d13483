//! Facts of the books of a ledger as a whole: its periods 账期 and its allowance.

use crate::approval::Approved;
use crate::book::{Fund, VatCategory};
use crate::calendar::Month;
use crate::event::{events, facts};
use crate::id::{AccountId, FeeItemId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Count, Label};

facts! {
    /// An amount of the charges of one fee item.
    pub struct ItemAmount {
        /// The fee item.
        pub fee_item: FeeItemId,
        /// Its fund.
        pub fund: Fund,
        /// How tax applies.
        pub vat_category: VatCategory,
        /// How much.
        pub amount: Money,
    }
}

facts! {
    /// The allowance 坏账准备 for operating receivables is raised or lowered; what is written off goes against it.
    pub struct AllowanceSet {
        /// By how much; negative when less will be lost than was expected.
        pub change: Money,
        /// What was ever provided for, this included, before what was written off against it.
        pub provided: Money,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// What charges of a month that is over had unearned is revenue: of some accounts, once each.
    pub struct RevenueReleased {
        /// The month.
        pub period: Month,
        /// The accounts; with the first fact of their command alone.
        #[serde(default)]
        pub accounts: Vec<AccountId>,
        /// By fee item.
        #[serde(default)]
        pub amounts: Vec<ItemAmount>,
    }
    /// The tax point of the charges of a month has passed: their tax is due. Of some accounts, once each.
    pub struct TaxPointReached {
        /// The month.
        pub period: Month,
        /// The accounts; with the first fact of their command alone.
        #[serde(default)]
        pub accounts: Vec<AccountId>,
        /// By fee item.
        #[serde(default)]
        pub amounts: Vec<ItemAmount>,
    }
    /// The month is barred: nothing that posts is dated in it from here on.
    pub struct PeriodClosed {
        /// The month.
        pub period: Month,
        /// Version of its figures: 1, and one more after each reopening.
        pub version: Count,
    }
    /// The month that was closed last is open again; its figures get a new version when it is closed again.
    pub struct PeriodReopened {
        /// The month.
        pub period: Month,
        /// The version of its figures that no longer holds.
        pub version: Count,
        /// Why.
        pub reason: Label,
        /// Requested by one, approved by another.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

events! {
    /// Facts of a `books` stream.
    pub enum BooksEvent of "books" {
        AllowanceSet = "allowance_set", 1;
        PeriodClosed = "period_closed", 1;
        PeriodReopened = "period_reopened", 1;
        RevenueReleased = "revenue_released", 1;
        TaxPointReached = "tax_point_reached", 1;
    }
}
