//! Facts of the books of a ledger as a whole.

use crate::approval::Approved;
use crate::event::{events, facts};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::Label;

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
}

events! {
    /// Facts of a `books` stream.
    pub enum BooksEvent of "books" {
        AllowanceSet = "allowance_set", 1;
    }
}
