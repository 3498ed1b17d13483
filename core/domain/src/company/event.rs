//! Facts about companies 物业公司, in the installation's ledger.

use crate::event::{events, facts};
use crate::id::LedgerId;
use crate::ledger::LedgerClock;
use crate::value::{Code, Label};

facts! {
    /// A company was created; its ledger is opened right after.
    pub struct CompanyCreated {
        /// The ledger to open.
        pub company: LedgerId,
        /// Short code, unique in the installation.
        pub code: Code,
        /// Name of the company.
        pub name: Label,
        /// Unified social credit code, checked.
        pub social_credit_code: Option<Code>,
        /// The clock its ledger will live by.
        pub clock: LedgerClock,
    }
}

events! {
    /// Facts of a `company` stream.
    pub enum CompanyEvent of "company" {
        CompanyCreated = "company_created", 1;
    }
}
