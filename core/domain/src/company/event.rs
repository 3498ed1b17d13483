//! Facts about companies 物业公司: created in the installation's ledger, their limits in their own.

use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::{LedgerId, VaultItemId};
use crate::ledger::LedgerClock;
use crate::money::Money;
use crate::staff::Role;
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
    /// What stands for the company's signature on its documents 印章, from now on.
    pub struct StampSet {
        /// The picture, PNG, in the vault; absent: none any more.
        pub picture: Option<VaultItemId>,
    }
    /// How far a role decides about money, from a day on.
    pub struct RoleLimitSet {
        /// The role.
        pub role: Role,
        /// First day.
        pub from: CivilDate,
        /// Up to which amount it decides alone; `0.00`: about nothing.
        pub alone: Money,
        /// Up to which amount it approves what others ask for; absent: it approves nothing.
        pub approves: Option<Money>,
    }
}

events! {
    /// Facts of a `company` stream.
    pub enum CompanyEvent of "company" {
        CompanyCreated = "company_created", 1;
        RoleLimitSet = "role_limit_set", 1;
        StampSet = "stamp_set", 1;
    }
}
